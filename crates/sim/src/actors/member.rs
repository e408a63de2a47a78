//! A member of a classic group: joins, leads if it is told to, owns partitions for a generation, commits ever higher
//! offsets for them, leaves now and then or falls silent until its session is over.

use std::time::Duration;

use thalweg_client::{Answer, Call, CallId};
use thalweg_model::Mono;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{HeartbeatResponse, JoinGroupResponse, SyncGroupResponse};

use super::{Completed, Phase, Turn, Work, calls};

/// One member of a group over the first topic's partitions.
#[derive(Debug)]
pub struct Member {
    group: u64,
    name: String,
    member: String,
    generation: i32,
    /// What it assigns, when it leads.
    assignments: Vec<(String, Vec<u8>)>,
    owned: Vec<i32>,
    step: Step,
    asked: Option<(CallId, Step)>,
    next_at: Mono,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Find,
    Join,
    Sync,
    /// Asks what its predecessors have committed.
    Position,
    Heartbeat,
    /// An offset of a partition.
    Commit(i32, i64),
    Leave,
}

impl Member {
    /// A member of this group that has not joined.
    pub fn new(group: u64) -> Self {
        Self {
            group,
            name: format!("group-{group}"),
            member: String::new(),
            generation: -1,
            assignments: Vec::new(),
            owned: Vec::new(),
            step: Step::Find,
            asked: None,
            next_at: Mono(0),
        }
    }

    fn call(&mut self, turn: &mut Turn<'_>) -> Option<Call> {
        let topic = turn.ledger.topics().first()?.name;
        Some(match self.step {
            Step::Find => calls::find(0, &self.name),
            Step::Join => calls::join(&self.name, &self.member),
            Step::Sync => {
                let assignments = std::mem::take(&mut self.assignments);
                calls::sync(&self.name, self.generation, &self.member, assignments)
            }
            Step::Position => calls::fetch_offsets(&self.name, topic, self.owned.clone()),
            Step::Heartbeat => calls::heartbeat(&self.name, self.generation, &self.member),
            Step::Commit(partition, offset) => {
                let member = (self.generation, &*self.member);
                calls::commit(&self.name, member, (topic, partition), offset)
            }
            Step::Leave => calls::leave(&self.name, &self.member),
        })
    }

    fn epoch(&self) -> u64 {
        u64::try_from(self.generation).unwrap_or(0)
    }

    /// Deals the partitions out among everybody.
    fn lead(&mut self, joined: &JoinGroupResponse<'_>, turn: &Turn<'_>) {
        let partitions = turn.ledger.topics().first().map_or(0, |spec| spec.partitions);
        let mut dealt: Vec<(String, Vec<u8>)> =
            joined.members.iter().map(|member| (member.member_id.to_owned(), Vec::new())).collect();
        let count = dealt.len().max(1);
        for partition in 0..partitions {
            if let Some((_, bytes)) = dealt.get_mut(partition as usize % count) {
                bytes.push(partition as u8);
            }
        }
        self.assignments = dealt;
    }

    /// What comes after an answer, or after none.
    fn next(&mut self, step: Step, answer: Option<&Answer>, turn: &mut Turn<'_>) -> Step {
        let code = match (step, answer) {
            (_, None) => None,
            (Step::Find, Some(answer)) => Some(calls::found(answer)),
            (Step::Join, Some(answer)) => {
                answer.decode::<JoinGroupResponse<'_>>().ok().map(|joined| joined.error_code)
            }
            (Step::Sync, Some(answer)) => {
                answer.decode::<SyncGroupResponse<'_>>().ok().map(|synced| synced.error_code)
            }
            (Step::Heartbeat, Some(answer)) => {
                answer.decode::<HeartbeatResponse>().ok().map(|beat| beat.error_code)
            }
            (Step::Commit(..), Some(answer)) => Some(calls::committed(answer)),
            (Step::Position | Step::Leave, Some(_)) => Some(0),
        };
        if let Step::Commit(partition, offset) = step {
            match code {
                Some(0) => turn.ledger.committed(self.group, partition, offset),
                // In this generation the broker may still do it.
                _ => turn.ledger.commit_unsure(self.group, partition, offset, self.epoch()),
            }
        }
        let unknown = ErrorCode::UnknownMemberId as i16;
        match (step, code, answer) {
            (Step::Find, Some(0), _) => Step::Join,
            (Step::Find, ..) => Step::Find,
            (Step::Join, Some(code), Some(answer)) => {
                let Ok(joined) = answer.decode::<JoinGroupResponse<'_>>() else { return Step::Join };
                if code == 0 || code == ErrorCode::MemberIdRequired as i16 {
                    self.member = joined.member_id.to_owned();
                }
                if code == unknown {
                    self.member.clear();
                }
                if code != 0 {
                    return Step::Join;
                }
                self.generation = joined.generation_id;
                self.assignments.clear();
                if joined.leader == self.member && !joined.skip_assignment {
                    self.lead(&joined, turn);
                }
                Step::Sync
            }
            (Step::Sync, Some(0), Some(answer)) => {
                let Ok(synced) = answer.decode::<SyncGroupResponse<'_>>() else { return Step::Join };
                self.owned = synced.assignment.iter().map(|&partition| i32::from(partition)).collect();
                let (group, generation) = (self.group, self.generation);
                match turn.ledger.groups.assigned(group, generation, &self.member, &self.owned) {
                    Ok(is_new) => turn.ledger.counts.assignments += u64::from(is_new),
                    Err(broken) => turn.ledger.break_rule(broken),
                }
                if self.owned.is_empty() { Step::Heartbeat } else { Step::Position }
            }
            (Step::Position, Some(_), Some(answer)) => {
                let offsets = calls::fetched_offsets(answer);
                for &(partition, offset) in &offsets {
                    let attempted = turn.ledger.groups.attempted(self.group, partition);
                    turn.ledger.committed_is(self.group, partition, offset, attempted, self.epoch());
                }
                if offsets.len() == self.owned.len() { self.work(turn) } else { Step::Position }
            }
            (Step::Position, ..) => Step::Position,
            (Step::Heartbeat | Step::Commit(..), Some(0), _) => self.work(turn),
            // Whether it is a member still shows with the next one.
            (Step::Heartbeat | Step::Commit(..), None, _) => Step::Heartbeat,
            (Step::Leave, ..) => {
                self.member.clear();
                Step::Join
            }
            (_, Some(code), _) => {
                self.owned.clear();
                if code == unknown {
                    self.member.clear();
                }
                Step::Join
            }
            _ => Step::Join,
        }
    }

    /// What a member does that owns something.
    fn work(&self, turn: &mut Turn<'_>) -> Step {
        if turn.phase != Phase::Working || self.owned.is_empty() || turn.dice.once_in(3) {
            return Step::Heartbeat;
        }
        if turn.dice.once_in(40) {
            return Step::Leave;
        }
        let partition = self.owned[turn.dice.below(self.owned.len())];
        Step::Commit(partition, turn.ledger.groups.next_offset(self.group, partition))
    }
}

impl Work for Member {
    fn turn(&mut self, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        if self.asked.is_none()
            && self.next_at <= now
            && let Some(call) = self.call(turn)
        {
            self.asked = Some((turn.client.submit(now, call), self.step));
        }
    }

    fn completed(&mut self, call: CallId, result: Completed, turn: &mut Turn<'_>) {
        let Some((_, step)) = self.asked.take_if(|(asked, _)| *asked == call) else { return };
        let answer = result.ok().flatten();
        self.step = self.next(step, answer.as_ref(), turn);
        let longest = match self.step {
            Step::Sync | Step::Position => 1,
            // Silent for longer than its session.
            _ if turn.phase == Phase::Working && turn.dice.once_in(100) => 9_000,
            _ => 500,
        };
        let pause = turn.dice.between(Duration::ZERO, Duration::from_millis(longest));
        self.next_at = turn.now.mono.after(pause);
    }

    fn due(&self) -> Mono {
        if self.asked.is_some() { Mono(u64::MAX) } else { self.next_at }
    }

    /// Whoever is a member in the end has joined a generation and is heard.
    fn is_done(&self, phase: Phase) -> bool {
        phase < Phase::Settling || matches!(self.step, Step::Heartbeat | Step::Commit(..))
    }
}
