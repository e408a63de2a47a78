//! A member of a consumer group (KIP-848), as a machine: finds its coordinator, joins, says that it is there, takes and
//! gives up partitions, commits how far they are read, and leaves. What is read is the [`Fetcher`](crate::Fetcher)'s
//! business and what becomes of it the caller's, who hears what to read by [`MemberEvent`]s and says how far it has come
//! by [`Member::consumed`].
//!
//! A partition is given up in this order: the caller is told ([`MemberEvent::Revoked`]), what it has consumed is
//! committed, the coordinator is told. So the next member begins where this one stopped.

mod heartbeat;
mod offsets;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use thalweg_model::{Mono, Uuid};
use thalweg_wire::ErrorCode;

use crate::backoff::Backoff;
use crate::calls::{MemberIdentity, TopicPartition, find_group_coordinator, read_group_coordinator};
use crate::{Answer, CallError, CallId, Client};

/// After so many heartbeats a member without partitions believes that there are none for it.
const BEATS_UNTIL_NOTHING_IS_NOTHING: u32 = 3;

/// How a member behaves.
#[derive(Clone, Debug)]
pub struct MemberSettings {
    /// The group.
    pub group: String,
    /// What it wants to read.
    pub topics: Vec<String>,
    /// An id that no other member has: a random UUID.
    pub id: String,
    /// How long it may take to give partitions up.
    pub rebalance_timeout: Duration,
    /// Time between two commits.
    pub commit_interval: Duration,
    /// For spreading waits.
    pub seed: u64,
}

/// What the caller should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MemberEvent {
    /// A partition is to be read.
    Assigned {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// Where the group is in it; `None` if it has not been there. The caller says by [`Member::consumed`] where it
        /// begins.
        committed: Option<i64>,
    },
    /// A partition is not to be read any more; what is consumed of it from now on does not count.
    Revoked {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
    },
    /// The member is out of the group: it asked to be ([`Member::leave`]), and everything consumed is committed unless
    /// `uncommitted` says otherwise.
    Left {
        /// Partitions whose last position could not be committed in time.
        uncommitted: usize,
    },
    /// The group cannot be taken part in. Nothing follows.
    Failed(CallError),
}

/// The machine.
#[derive(Debug)]
pub struct Member {
    settings: MemberSettings,
    phase: Phase,
    coordinator: Option<i32>,
    /// 0 until the coordinator has taken it in.
    epoch: i32,
    heartbeat_interval: Duration,
    next_beat: Mono,
    /// Heartbeats answered since it joined.
    beats: u32,
    /// The next heartbeat says everything: the coordinator may not know it.
    says_all: bool,
    /// The next heartbeat says what is owned.
    says_owned: bool,
    owned: BTreeMap<TopicPartition, Owned>,
    /// What the coordinator said last, as it said it; `None` once it is carried out.
    target: Option<BTreeMap<Uuid, Vec<i32>>>,
    next_commit: Mono,
    /// After a failure nothing is asked before.
    not_before: Mono,
    failures: u32,
    backoff: Backoff,
    finding: Option<CallId>,
    beating: Option<CallId>,
    committing: Option<(CallId, BTreeMap<TopicPartition, i64>)>,
    looking_up: Option<CallId>,
    events: VecDeque<MemberEvent>,
}

/// Where a member is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// In the group, or on its way into it.
    In,
    /// On its way out, until this time at the latest.
    Leaving(Mono),
    /// Nothing happens any more.
    Over,
}

/// A partition that is this member's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Owned {
    /// The next record to consume, once the caller has said it.
    position: Option<i64>,
    /// What the group's offset is, as far as known.
    committed: Option<i64>,
    /// The caller has been told to stop.
    is_revoked: bool,
}

impl Owned {
    /// What is to be committed.
    fn uncommitted(&self) -> Option<i64> {
        self.position.filter(|position| self.committed != Some(*position))
    }
}

impl Member {
    /// A member that has not said anything yet.
    #[must_use]
    pub fn new(settings: MemberSettings) -> Self {
        let backoff = Backoff::new(Duration::from_millis(50), Duration::from_secs(1), settings.seed);
        Self {
            settings,
            phase: Phase::In,
            coordinator: None,
            epoch: 0,
            heartbeat_interval: Duration::from_secs(5),
            next_beat: Mono(0),
            beats: 0,
            says_all: true,
            says_owned: false,
            owned: BTreeMap::new(),
            target: None,
            next_commit: Mono(0),
            not_before: Mono(0),
            failures: 0,
            backoff,
            finding: None,
            beating: None,
            committing: None,
            looking_up: None,
            events: VecDeque::new(),
        }
    }

    /// Whether what is read of this partition counts.
    #[must_use]
    pub fn reads(&self, topic: &str, partition: i32) -> bool {
        let owned = self.owned.get(&(topic.to_owned(), partition));
        self.phase == Phase::In && owned.is_some_and(|owned| !owned.is_revoked)
    }

    /// The caller is done with everything before `next`.
    pub fn consumed(&mut self, topic: &str, partition: i32, next: i64) {
        if let Some(owned) = self.owned.get_mut(&(topic.to_owned(), partition))
            && !owned.is_revoked
        {
            owned.position = Some(next);
        }
    }

    /// Leaves the group: what is consumed is committed first. [`MemberEvent::Left`] follows within `patience`.
    pub fn leave(&mut self, now: Mono, patience: Duration) {
        if self.phase == Phase::In {
            self.phase = Phase::Leaving(now.after(patience));
            self.next_beat = now;
        }
    }

    /// Does what is due.
    pub fn poll(&mut self, now: Mono, client: &mut Client) {
        if let Phase::Leaving(deadline) = self.phase {
            let has_never_joined = self.epoch == 0 && self.beating.is_none();
            if deadline <= now || has_never_joined {
                self.is_out();
            }
        }
        if self.phase == Phase::Over || self.not_before > now {
            return;
        }
        let Some(node) = self.coordinator else {
            if self.finding.is_none() {
                let call = find_group_coordinator(self.settings.group.clone());
                self.finding = Some(client.submit(now, call));
            }
            return;
        };
        if self.phase == Phase::In {
            self.reconcile(now, client, node);
        }
        self.commit_if_due(now, client, node);
        self.beat_if_due(now, client, node);
    }

    /// Takes a completed call if it is one of its own; hands it back otherwise.
    pub fn handle_completed(
        &mut self,
        now: Mono,
        call: CallId,
        result: Result<Option<Answer>, CallError>,
    ) -> Option<Result<Option<Answer>, CallError>> {
        let answered = |result: Result<Option<Answer>, CallError>| {
            result.map(|answer| answer.unwrap_or_else(|| unreachable!("its calls are answered")))
        };
        if self.finding == Some(call) {
            self.finding = None;
            match answered(result).and_then(|answer| read_group_coordinator(&answer)) {
                Ok(node) => self.coordinator = Some(node),
                Err(error) => self.failed(now, error),
            }
        } else if self.beating == Some(call) {
            self.beating = None;
            self.beaten(now, answered(result));
        } else if self.looking_up == Some(call) {
            self.looking_up = None;
            self.looked_up(now, answered(result));
        } else if self.committing.as_ref().is_some_and(|(id, _)| *id == call) {
            let offsets = self.committing.take().map(|(_, offsets)| offsets).unwrap_or_default();
            self.committed(now, &offsets, answered(result));
        } else {
            return Some(result);
        }
        None
    }

    /// When [`Self::poll`] wants to be called next.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Mono> {
        let leaving = match self.phase {
            Phase::Over => return None,
            Phase::In => None,
            Phase::Leaving(deadline) => Some(deadline),
        };
        // What waits for an answer waits for no time.
        let is_asking = self.finding.is_some() || self.committing.is_some() || self.looking_up.is_some();
        let again = (self.coordinator.is_none() || self.target.is_some()) && !is_asking;
        let has_coordinator = self.coordinator.is_some();
        let beats = has_coordinator && self.beating.is_none() && (leaving.is_none() || !is_asking);
        let is_behind = self.owned.values().any(|owned| owned.uncommitted().is_some());
        let commits = has_coordinator && is_behind && self.committing.is_none();
        let due = [
            again.then_some(self.not_before),
            beats.then_some(self.next_beat),
            commits.then_some(self.next_commit),
        ];
        // After a failure everything waits.
        let due = due.into_iter().flatten().map(|at| at.max(self.not_before));
        leaving.into_iter().chain(due).min()
    }

    /// In the group, with nothing left to do of what the coordinator has said. A member that has nothing counts only when
    /// it has been told so some times: at first the others may have to give something up, and a coordinator makes a new
    /// plan only so often (`group.consumer.assignment.interval.ms`).
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let has_its_share = !self.owned.is_empty() || self.beats >= BEATS_UNTIL_NOTHING_IS_NOTHING;
        self.epoch > 0 && self.target.is_none() && self.looking_up.is_none() && has_its_share
    }

    /// The next thing for the caller to know.
    pub fn poll_event(&mut self) -> Option<MemberEvent> {
        self.events.pop_front()
    }

    fn identity(&self) -> MemberIdentity {
        MemberIdentity {
            group: self.settings.group.clone(),
            member: self.settings.id.clone(),
            epoch: self.epoch,
        }
    }

    /// Carries out what the coordinator has said: gives up what is not this member's any more, then looks up where the
    /// group is in what is new.
    fn reconcile(&mut self, now: Mono, client: &mut Client, node: i32) {
        let Some(said) = &self.target else { return };
        let mut target = BTreeSet::new();
        for (id, partitions) in said {
            let topics = &client.cluster().topics;
            let name = topics.iter().find(|(_, topic)| topic.id == *id).map(|(name, _)| name.clone());
            match name {
                Some(name) => target.extend(partitions.iter().map(|&index| (name.clone(), index))),
                // A topic that this client has not heard of yet: the rest has to wait for it.
                None => {
                    self.not_before = now.after(Duration::from_millis(100));
                    return client.refresh_metadata(now);
                }
            }
        }
        for (partition, owned) in &mut self.owned {
            if !target.contains(partition) && !owned.is_revoked {
                owned.is_revoked = true;
                let (topic, partition) = partition.clone();
                self.events.push_back(MemberEvent::Revoked { topic, partition });
            }
        }
        let is_given_up = |owned: &Owned| owned.is_revoked && owned.uncommitted().is_none();
        if self.committing.is_none() && self.owned.values().any(is_given_up) {
            self.owned.retain(|_, owned| !is_given_up(owned));
            self.tell_owned(now);
        }
        if self.owned.values().any(|owned| owned.is_revoked) || self.looking_up.is_some() {
            return;
        }
        target.retain(|partition| !self.owned.contains_key(partition));
        if target.is_empty() {
            self.target = None;
        } else {
            self.look_up(now, client, node, target);
        }
    }

    fn tell_owned(&mut self, now: Mono) {
        self.says_owned = true;
        self.next_beat = now;
    }

    /// A call has failed: what comes next depends on why.
    fn failed(&mut self, now: Mono, error: CallError) {
        let code = match &error {
            CallError::Broker(error) => error.code,
            error if error.is_retriable() => ErrorCode::NotCoordinator,
            _ => ErrorCode::UnknownServerError,
        };
        match code {
            // The group goes on without this member: it begins anew, with nothing.
            ErrorCode::FencedMemberEpoch | ErrorCode::UnknownMemberId => self.lost(),
            ErrorCode::NotCoordinator | ErrorCode::CoordinatorNotAvailable => {
                self.coordinator = None;
                self.says_all = true;
            }
            // The coordinator knows a newer epoch: the next heartbeat brings it.
            ErrorCode::StaleMemberEpoch => self.next_beat = now,
            _ if error.is_retriable() => {}
            _ => {
                self.phase = Phase::Over;
                self.events.push_back(MemberEvent::Failed(error));
                return;
            }
        }
        self.failures += 1;
        self.not_before = now.after(self.backoff.wait(self.failures));
    }

    /// The group has gone on without this member.
    fn lost(&mut self) {
        self.epoch = 0;
        self.beats = 0;
        self.says_all = true;
        self.target = None;
        for ((topic, partition), owned) in std::mem::take(&mut self.owned) {
            if !owned.is_revoked {
                self.events.push_back(MemberEvent::Revoked { topic, partition });
            }
        }
        self.next_beat = Mono(0);
    }

    fn is_out(&mut self) {
        self.phase = Phase::Over;
        let uncommitted = self.owned.values().filter(|owned| owned.uncommitted().is_some()).count();
        self.events.push_back(MemberEvent::Left { uncommitted });
    }
}
