//! Members of a group of the new protocol (KIP-848): one heartbeat after the other; what is assigned is acknowledged at
//! once, everything else waits for the interval.

use thalweg_wire::messages::ConsumerGroupHeartbeatRequest;
use thalweg_wire::messages::consumer_group_heartbeat_request::TopicPartitions;
use thalweg_wire::{ApiKey, Uuid};

use super::classic::names;
use super::codes::{
    AGAIN, COORDINATOR_LOAD_IN_PROGRESS, FENCED_MEMBER_EPOCH, NOT_COORDINATOR, UNKNOWN_MEMBER_ID,
};
use super::engine::{Board, Event, Member, Next, Turn};
use crate::{Outcome, load};

/// One member.
#[derive(Debug)]
pub struct Consumer {
    group_id: String,
    topic: String,
    member_id: String,
    epoch: i32,
    interval_ms: u64,
    owned: Vec<(Uuid, Vec<i32>)>,
    is_changed: bool,
}

const HEARTBEAT: i16 = 1;
const REBALANCE_MS: i32 = 60_000;

/// So many members of one group.
pub fn members(group: &str, topic: &str, members: usize, interval_ms: u64) -> Vec<Consumer> {
    let one = |number: usize| Consumer {
        group_id: names(group, 1).concat(),
        topic: topic.to_owned(),
        // A client makes its own id (KIP-1082); any text will do.
        member_id: format!("member-{number:08}"),
        epoch: 0,
        interval_ms,
        owned: Vec::new(),
        is_changed: true,
    };
    (0..members).map(one).collect()
}

/// Whether all partitions are held, by members that are all at the same epoch.
pub fn is_stable(board: &Board, partitions: usize) -> bool {
    let first = board.held.first().map_or(-1, |held| held.0);
    first > 0
        && board.held.iter().all(|&(epoch, _)| epoch == first)
        && board.held.iter().map(|&(_, count)| count).sum::<usize>() == partitions
}

impl Consumer {
    fn heartbeat(&mut self, turn: &mut Turn<'_>) -> Outcome<Next> {
        let is_first = self.epoch == 0;
        let owned = || {
            let each = self.owned.iter();
            each.map(|(topic_id, partitions)| TopicPartitions {
                topic_id: *topic_id,
                partitions: partitions.clone(),
            })
            .collect()
        };
        let request = ConsumerGroupHeartbeatRequest {
            group_id: &self.group_id,
            member_id: &self.member_id,
            member_epoch: self.epoch,
            rebalance_timeout_ms: if is_first { REBALANCE_MS } else { -1 },
            subscribed_topic_names: is_first.then(|| vec![self.topic.as_str()]),
            topic_partitions: (is_first || self.is_changed).then(owned),
            ..Default::default()
        };
        self.is_changed = false;
        turn.out.extend(load::frame(ApiKey::ConsumerGroupHeartbeat, HEARTBEAT, 0, &request)?);
        Ok(Next::Listen)
    }

    fn answered(&mut self, answer: &[u8], turn: &mut Turn<'_>) -> Outcome<Next> {
        let answer = load::read::<ConsumerGroupHeartbeatRequest<'_>>(HEARTBEAT, answer)?;
        match answer.error_code {
            0 => {}
            COORDINATOR_LOAD_IN_PROGRESS..=NOT_COORDINATOR => return Ok(Next::At(turn.now + AGAIN)),
            UNKNOWN_MEMBER_ID | FENCED_MEMBER_EPOCH => {
                self.epoch = 0;
                self.owned.clear();
                return self.heartbeat(turn);
            }
            other => {
                return Err(format!("a heartbeat: error {other}, {}", answer.error_message.unwrap_or("")));
            }
        }
        self.epoch = answer.member_epoch;
        if let Some(assignment) = answer.assignment {
            let each = assignment.topic_partitions.into_iter();
            self.owned = each.map(|part| (part.topic_id, part.partitions)).collect();
            self.is_changed = true;
        }
        let count = self.owned.iter().map(|(_, partitions)| partitions.len()).sum();
        turn.board.held[turn.number] = (self.epoch, count);
        if self.is_changed {
            return self.heartbeat(turn);
        }
        Ok(Next::At(turn.now + self.interval_ms * 1_000_000))
    }
}

impl Member for Consumer {
    fn go(&mut self, event: Event<'_>, turn: &mut Turn<'_>) -> Outcome<Next> {
        match event {
            Event::Opened | Event::Due => self.heartbeat(turn),
            Event::Answer(answer) => self.answered(answer, turn),
        }
    }
}
