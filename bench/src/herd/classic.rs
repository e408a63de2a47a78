//! Members of classic groups: join, take what the leader gives out, then commit or say that they live. They come back
//! when they are told that the group rebalances, as every client does.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use thalweg_wire::ApiKey;
use thalweg_wire::messages::join_group_request::JoinGroupRequestProtocol;
use thalweg_wire::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use thalweg_wire::messages::sync_group_request::SyncGroupRequestAssignment;
use thalweg_wire::messages::{
    FindCoordinatorRequest, HeartbeatRequest, JoinGroupRequest, OffsetCommitRequest, SyncGroupRequest,
};

use super::codes::{
    AGAIN, COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, ILLEGAL_GENERATION, MEMBER_ID_REQUIRED,
    NOT_COORDINATOR, REBALANCE_IN_PROGRESS, UNKNOWN_MEMBER_ID,
};
use super::engine::{Board, Event, Member, Next, Turn};
use crate::load::OFFSET_MARK;
use crate::{Outcome, load};

/// What a member does once it has its partitions.
#[derive(Clone, Copy, Debug)]
pub enum Duty {
    /// One commit of one partition after the other, once the herd is settled.
    Commit,
    /// A heartbeat every so often, before the herd is settled and after.
    Live { settling_ms: u64, interval_ms: u64 },
}

/// One member.
#[derive(Debug)]
pub struct Classic {
    group: usize,
    group_id: String,
    topic: String,
    /// Partitions it takes, if it is in step with the others.
    share: usize,
    duty: Duty,
    member_id: String,
    generation: i32,
    /// Told by the join: whom the leader gives partitions.
    others: Vec<String>,
    asked: Asked,
    since: u64,
    commit: Vec<u8>,
    offset_at: usize,
    offset: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Join,
    Sync,
    Heartbeat,
    Commit,
}

const PROTOCOL: &str = "range";
const JOIN: i16 = 9;
const SYNC: i16 = 5;
const HEARTBEAT: i16 = 4;
const COMMIT: i16 = 9;
const SESSION_MS: i32 = 45_000;
const REBALANCE_MS: i32 = 60_000;

/// The ids of so many groups.
pub fn names(group: &str, groups: usize) -> Vec<String> {
    (0..groups).map(|number| format!("{group}-{number}")).collect()
}

/// Groups of so many members each.
pub fn members(
    group: &str,
    topic: &str,
    groups: usize,
    members: usize,
    share: usize,
    duty: Duty,
) -> Vec<Classic> {
    let ids = names(group, groups);
    let one = |number: usize| Classic {
        // Neighbours in different groups: all groups grow together.
        group: number % groups,
        group_id: ids[number % groups].clone(),
        topic: topic.to_owned(),
        share,
        duty,
        member_id: String::new(),
        generation: -1,
        others: Vec::new(),
        asked: Asked::Join,
        since: 0,
        commit: Vec::new(),
        offset_at: 0,
        offset: 0,
    };
    (0..groups * members).map(one).collect()
}

/// Until every one of the groups (0) or transactional ids (1) has a coordinator: the first question makes the topic
/// it keeps its state in.
pub fn find_coordinators(address: SocketAddr, kind: i8, keys: &[String]) -> Outcome {
    let deadline = Instant::now() + Duration::from_secs(60);
    let request = FindCoordinatorRequest {
        key: "",
        key_type: kind,
        coordinator_keys: keys.iter().map(String::as_str).collect(),
    };
    while !load::call(address, 4, &request, |answer| {
        Ok(answer.coordinators.iter().all(|coordinator| coordinator.error_code == 0))
    })? {
        if Instant::now() > deadline {
            return Err("there are no coordinators after a minute".to_owned());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// Whether every group holds all its members, each in the same generation.
pub fn are_whole(board: &Board) -> bool {
    let each = board.held.len() / board.groups.len().max(1);
    board.groups.iter().all(|&(generation, members)| generation >= 0 && members == each)
        && board
            .held
            .iter()
            .enumerate()
            .all(|(number, &(generation, _))| generation == board.groups[number % board.groups.len()].0)
}

impl Classic {
    fn join(&mut self, turn: &mut Turn<'_>) -> Outcome<Next> {
        turn.board.held[turn.number] = (-1, 0);
        let subscription = subscription(&self.topic);
        let request = JoinGroupRequest {
            group_id: &self.group_id,
            session_timeout_ms: SESSION_MS,
            rebalance_timeout_ms: REBALANCE_MS,
            member_id: &self.member_id,
            group_instance_id: None,
            protocol_type: "consumer",
            protocols: vec![JoinGroupRequestProtocol { name: PROTOCOL, metadata: &subscription }],
            reason: None,
        };
        self.asked = Asked::Join;
        turn.out.extend(load::frame(ApiKey::JoinGroup, JOIN, 0, &request)?);
        Ok(Next::Listen)
    }

    fn sync(&mut self, turn: &mut Turn<'_>) -> Outcome<Next> {
        let parts: Vec<Vec<u8>> = (0..self.others.len())
            .map(|number| assignment(&self.topic, number * self.share, self.share))
            .collect();
        let assignments = self.others.iter().zip(&parts);
        let request = SyncGroupRequest {
            group_id: &self.group_id,
            generation_id: self.generation,
            member_id: &self.member_id,
            group_instance_id: None,
            protocol_type: Some("consumer"),
            protocol_name: Some(PROTOCOL),
            assignments: assignments
                .map(|(member_id, assignment)| SyncGroupRequestAssignment { member_id, assignment })
                .collect(),
        };
        self.asked = Asked::Sync;
        turn.out.extend(load::frame(ApiKey::SyncGroup, SYNC, 0, &request)?);
        Ok(Next::Listen)
    }

    /// Has its partitions: what comes next.
    fn serve(&mut self, turn: &mut Turn<'_>) -> Outcome<Next> {
        match self.duty {
            Duty::Commit if turn.board.is_settled => self.commit(turn),
            Duty::Commit => Ok(Next::At(turn.now + AGAIN)),
            Duty::Live { settling_ms, interval_ms } => {
                let interval = if turn.board.is_settled { interval_ms } else { settling_ms };
                Ok(Next::At(turn.now + interval * 1_000_000))
            }
        }
    }

    fn heartbeat(&mut self, turn: &mut Turn<'_>) -> Outcome<Next> {
        let request = HeartbeatRequest {
            group_id: &self.group_id,
            generation_id: self.generation,
            member_id: &self.member_id,
            group_instance_id: None,
        };
        self.asked = Asked::Heartbeat;
        self.since = turn.now;
        turn.out.extend(load::frame(ApiKey::Heartbeat, HEARTBEAT, 0, &request)?);
        Ok(Next::Listen)
    }

    fn commit(&mut self, turn: &mut Turn<'_>) -> Outcome<Next> {
        if self.commit.is_empty() {
            let partition = OffsetCommitRequestPartition {
                partition_index: (turn.number / turn.board.groups.len()) as i32,
                committed_offset: OFFSET_MARK,
                committed_leader_epoch: -1,
                committed_metadata: Some(""),
            };
            let request = OffsetCommitRequest {
                group_id: &self.group_id,
                generation_id_or_member_epoch: self.generation,
                member_id: &self.member_id,
                topics: vec![OffsetCommitRequestTopic {
                    name: &self.topic,
                    partitions: vec![partition],
                    ..Default::default()
                }],
                ..Default::default()
            };
            self.commit = load::frame(ApiKey::OffsetCommit, COMMIT, 0, &request)?;
            self.offset_at = load::find(&self.commit, &OFFSET_MARK.to_be_bytes())?;
        }
        self.offset += 1;
        self.commit[self.offset_at..self.offset_at + 8].copy_from_slice(&self.offset.to_be_bytes());
        self.asked = Asked::Commit;
        self.since = turn.now;
        turn.out.extend_from_slice(&self.commit);
        Ok(Next::Listen)
    }

    fn answered(&mut self, answer: &[u8], turn: &mut Turn<'_>) -> Outcome<Next> {
        let error = match self.asked {
            Asked::Join => {
                let joined = load::read::<JoinGroupRequest<'_>>(JOIN, answer)?;
                if matches!(joined.error_code, 0 | MEMBER_ID_REQUIRED) {
                    self.member_id = joined.member_id.to_owned();
                }
                if joined.error_code == 0 {
                    self.generation = joined.generation_id;
                    self.others = joined.members.iter().map(|member| member.member_id.to_owned()).collect();
                    if joined.leader == joined.member_id {
                        turn.board.groups[self.group] = (joined.generation_id, self.others.len());
                    }
                    return self.sync(turn);
                }
                joined.error_code
            }
            Asked::Sync => {
                let synced = load::read::<SyncGroupRequest<'_>>(SYNC, answer)?;
                if synced.error_code == 0 {
                    self.commit.clear();
                    turn.board.held[turn.number] = (self.generation, self.share);
                    return self.serve(turn);
                }
                synced.error_code
            }
            Asked::Heartbeat => load::read::<HeartbeatRequest<'_>>(HEARTBEAT, answer)?.error_code,
            Asked::Commit => {
                let committed = load::read::<OffsetCommitRequest<'_>>(COMMIT, answer)?;
                let partitions = committed.topics.iter().flat_map(|topic| &topic.partitions);
                partitions.map(|partition| partition.error_code).find(|&code| code != 0).unwrap_or(0)
            }
        };
        match error {
            0 => {
                turn.board.done(self.since, turn.now, 0);
                self.serve(turn)
            }
            REBALANCE_IN_PROGRESS | ILLEGAL_GENERATION | MEMBER_ID_REQUIRED => self.join(turn),
            UNKNOWN_MEMBER_ID => {
                self.member_id.clear();
                self.join(turn)
            }
            COORDINATOR_LOAD_IN_PROGRESS | COORDINATOR_NOT_AVAILABLE | NOT_COORDINATOR => {
                self.generation = -1;
                Ok(Next::At(turn.now + AGAIN))
            }
            other => Err(format!("{}: error {other} to {:?}", self.group_id, self.asked)),
        }
    }
}

impl Member for Classic {
    fn go(&mut self, event: Event<'_>, turn: &mut Turn<'_>) -> Outcome<Next> {
        match event {
            Event::Opened => self.join(turn),
            Event::Answer(answer) => self.answered(answer, turn),
            Event::Due if self.generation < 0 => self.join(turn),
            Event::Due => match self.duty {
                Duty::Commit => self.serve(turn),
                Duty::Live { .. } => self.heartbeat(turn),
            },
        }
    }
}

/// ConsumerProtocolSubscription v0: topics, no user data.
fn subscription(topic: &str) -> Vec<u8> {
    let mut bytes = vec![0, 0];
    bytes.extend(1_i32.to_be_bytes());
    bytes.extend((topic.len() as i16).to_be_bytes());
    bytes.extend(topic.as_bytes());
    bytes.extend((-1_i32).to_be_bytes());
    bytes
}

/// ConsumerProtocolAssignment v0: partitions of one topic, no user data.
fn assignment(topic: &str, first: usize, count: usize) -> Vec<u8> {
    let mut bytes = subscription(topic);
    bytes.truncate(bytes.len() - 4);
    bytes.extend((count as i32).to_be_bytes());
    bytes.extend((first..first + count).flat_map(|partition| (partition as i32).to_be_bytes()));
    bytes.extend((-1_i32).to_be_bytes());
    bytes
}
