//! A consumer that keeps its own offsets: commits ever higher ones and asks for them back.

use std::time::Duration;

use thalweg_client::{Call, CallId};
use thalweg_model::Mono;
use thalweg_wire::Encode;
use thalweg_wire::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use thalweg_wire::messages::offset_fetch_request::{OffsetFetchRequestGroup, OffsetFetchRequestTopics};
use thalweg_wire::messages::{
    FindCoordinatorRequest, FindCoordinatorResponse, OffsetCommitRequest, OffsetCommitResponse,
    OffsetFetchRequest, OffsetFetchResponse,
};

use super::{Completed, Phase, Turn, Work};

/// Commits for one group and one partition of the first topic.
#[derive(Debug)]
pub struct Committer {
    group: u64,
    found: bool,
    attempted: i64,
    asked: Option<(CallId, Asked)>,
    next_at: Mono,
}

#[derive(Clone, Copy, Debug)]
enum Asked {
    Find,
    Commit(i64),
    Fetch,
}

const PARTITION: i32 = 0;
/// Offsets are asked for by group from this version on (KIP-709).
const FETCH_VERSIONS: std::ops::RangeInclusive<i16> = 8..=9;

impl Committer {
    /// A committer for this group.
    pub fn new(group: u64) -> Self {
        Self { group, found: false, attempted: -1, asked: None, next_at: Mono(0) }
    }

    fn next(&mut self, turn: &mut Turn<'_>) -> Option<(Call, Asked)> {
        let name = format!("group-{}", self.group);
        let topic = turn.ledger.topics().first()?.name;
        if !self.found {
            let call = Call::new::<FindCoordinatorRequest<'_>>(4..=4, move |version, writer| {
                let request = FindCoordinatorRequest {
                    coordinator_keys: vec![&name],
                    ..FindCoordinatorRequest::default()
                };
                request.encode(writer, version)
            });
            return Some((call.once(), Asked::Find));
        }
        if turn.dice.once_in(2) && turn.phase == Phase::Working {
            self.attempted += 1;
            let offset = self.attempted;
            let call = Call::new::<OffsetCommitRequest<'_>>(8..=9, move |version, writer| {
                let partition = OffsetCommitRequestPartition {
                    partition_index: PARTITION,
                    committed_offset: offset,
                    ..OffsetCommitRequestPartition::default()
                };
                let topic = OffsetCommitRequestTopic {
                    name: topic,
                    partitions: vec![partition],
                    ..OffsetCommitRequestTopic::default()
                };
                let request = OffsetCommitRequest {
                    group_id: &name,
                    generation_id_or_member_epoch: -1,
                    topics: vec![topic],
                    ..OffsetCommitRequest::default()
                };
                request.encode(writer, version)
            });
            return Some((call.once(), Asked::Commit(offset)));
        }
        let call = Call::new::<OffsetFetchRequest<'_>>(FETCH_VERSIONS, move |version, writer| {
            let topics = vec![OffsetFetchRequestTopics {
                name: topic,
                partition_indexes: vec![PARTITION],
                ..OffsetFetchRequestTopics::default()
            }];
            let group = OffsetFetchRequestGroup {
                group_id: &name,
                topics: Some(topics),
                ..OffsetFetchRequestGroup::default()
            };
            let request = OffsetFetchRequest { groups: vec![group], ..OffsetFetchRequest::default() };
            request.encode(writer, version)
        });
        Some((call.once(), Asked::Fetch))
    }
}

impl Work for Committer {
    fn turn(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        if self.asked.is_none()
            && self.next_at <= now
            && let Some((call, asked)) = self.next(turn)
        {
            self.asked = Some((turn.client.submit(now, call), asked));
        }
    }

    fn completed(&mut self, call: CallId, result: Completed, turn: &mut Turn<'_>) {
        let Some((_, asked)) = self.asked.take_if(|(asked, _)| *asked == call) else { return };
        let pause = turn.dice.between(Duration::from_millis(10), Duration::from_millis(400));
        self.next_at = turn.now.mono.after(pause);
        let Ok(Some(answer)) = result else { return };
        match asked {
            Asked::Find => {
                if let Ok(response) = answer.decode::<FindCoordinatorResponse<'_>>() {
                    self.found = response.coordinators.iter().all(|found| found.error_code == 0);
                }
            }
            Asked::Commit(offset) => {
                if let Ok(response) = answer.decode::<OffsetCommitResponse<'_>>() {
                    let mut partitions = response.topics.iter().flat_map(|topic| &topic.partitions);
                    if partitions.all(|partition| partition.error_code == 0) {
                        turn.ledger.committed(self.group, PARTITION, offset);
                    }
                }
            }
            Asked::Fetch => {
                let Ok(response) = answer.decode::<OffsetFetchResponse<'_>>() else { return };
                for group in response.groups.iter().filter(|group| group.error_code == 0) {
                    let partitions = group.topics.iter().flat_map(|topic| &topic.partitions);
                    for partition in partitions.filter(|partition| partition.error_code == 0) {
                        let offset = partition.committed_offset;
                        turn.ledger.committed_is(self.group, PARTITION, offset, self.attempted);
                    }
                }
            }
        }
    }

    fn due(&self) -> Mono {
        if self.asked.is_some() { Mono(u64::MAX) } else { self.next_at }
    }

    fn is_done(&self, _: Phase) -> bool {
        true
    }
}
