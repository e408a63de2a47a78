//! Classic groups: the members' own protocol, in which a leader assigns and the coordinator only passes on.
//!
//! A group's members, timers and parked requests are volatile: what is written is the outcome of a rebalance
//! (and an emptied group), and what members know they tell again by joining. States and legal transitions:
//! [`State::may_become`].

mod join;
mod leave;
mod members;
mod rebalance;
mod sync;
#[cfg(test)]
mod tests;
mod timers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thalweg_coordinator::{Context, Output, RequestId};
use thalweg_model::Mono;
use thalweg_wire::ErrorCode;

pub(crate) use members::ClassicMember;

use crate::config::GroupConfig;
use crate::machine::Event;
use crate::request::{DescribedMember, Description, Joined, Protocols, Response, Synced};
use crate::state::{StoredGroup, StoredMember};

/// Where a classic group is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// No members; offsets may be there.
    Empty,
    /// Members are joining.
    PreparingRebalance,
    /// Everybody has joined; the leader's assignment is awaited, or on its way into the log.
    CompletingRebalance,
    /// Everybody has an assignment.
    Stable,
}

impl State {
    /// All states.
    pub const ALL: [Self; 4] =
        [Self::Empty, Self::PreparingRebalance, Self::CompletingRebalance, Self::Stable];

    /// Its name in DescribeGroups and ListGroups.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::PreparingRebalance => "PreparingRebalance",
            Self::CompletingRebalance => "CompletingRebalance",
            Self::Stable => "Stable",
        }
    }

    /// The table of legal transitions. A deleted group has no state: it is gone.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Empty | Self::CompletingRebalance | Self::Stable, Self::PreparingRebalance)
                | (Self::PreparingRebalance, Self::CompletingRebalance | Self::Empty)
                | (Self::CompletingRebalance, Self::Stable)
        )
    }
}

/// When the joining phase ends at the latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct JoinTimer {
    at: Mono,
    /// First rebalance of an empty group: how much longer newcomers may be waited for (KIP-134).
    initial_left_ms: Option<i64>,
}

/// One classic group.
#[derive(Clone, Debug)]
pub(crate) struct ClassicGroup {
    pub id: Arc<str>,
    pub state: State,
    /// The state before this one.
    previous: State,
    /// Wall time of the last transition, for the retention of offsets.
    pub state_timestamp: Option<i64>,
    pub protocol_type: Option<String>,
    pub protocol: Option<String>,
    pub generation: i32,
    pub leader: Option<Arc<str>>,
    pub members: BTreeMap<Arc<str>, ClassicMember>,
    /// Instance → member. Each value is a key of `members`.
    static_members: BTreeMap<Arc<str>, Arc<str>>,
    /// Told their id, expected to come again with it until the deadline (KIP-394).
    pub pending_join: BTreeMap<Arc<str>, Mono>,
    /// Answered a join, have not asked for their assignment.
    pending_sync: BTreeSet<Arc<str>>,
    /// Somebody came while newcomers are waited for.
    new_member_added: bool,
    join_timer: Option<JoinTimer>,
    sync_deadline: Option<Mono>,
}

/// What an operation on a group may use.
pub(crate) struct Turn<'a> {
    pub context: Context,
    pub config: &'a GroupConfig,
    pub output: &'a mut Output<Response, Event>,
}

impl Turn<'_> {
    fn joined(&mut self, id: RequestId, joined: Joined) {
        self.output.answer(id, Response::Join(joined));
    }

    fn refuse_join(&mut self, id: RequestId, member: &Arc<str>, code: ErrorCode) {
        self.joined(id, Joined::refused(Arc::clone(member), code));
    }

    fn synced(&mut self, id: RequestId, result: Result<Synced, ErrorCode>) {
        self.output.answer(id, Response::Sync(result));
    }
}

impl ClassicGroup {
    /// A group nobody has joined yet.
    pub fn new(id: Arc<str>, now_ms: i64) -> Self {
        Self {
            id,
            state: State::Empty,
            previous: State::Empty,
            state_timestamp: Some(now_ms),
            protocol_type: None,
            protocol: None,
            generation: 0,
            leader: None,
            members: BTreeMap::new(),
            static_members: BTreeMap::new(),
            pending_join: BTreeMap::new(),
            pending_sync: BTreeSet::new(),
            new_member_added: false,
            join_timer: None,
            sync_deadline: None,
        }
    }

    /// A group as it was last written. Its members have a session from now on to be heard of again.
    pub fn from_stored(id: Arc<str>, stored: &StoredGroup, now: Mono) -> Self {
        let mut group = Self::new(id, 0);
        group.state = if stored.members.is_empty() { State::Empty } else { State::Stable };
        group.previous = group.state;
        group.state_timestamp = stored.state_timestamp;
        group.protocol_type = Some(stored.protocol_type.clone()).filter(|name| !name.is_empty());
        group.protocol = stored.protocol.clone();
        group.generation = stored.generation;
        group.leader = stored.leader.clone();
        for member in &stored.members {
            let protocol = stored.protocol.clone().unwrap_or_default();
            let protocols = vec![(protocol, member.subscription.to_vec())];
            if let Some(instance) = &member.instance {
                group.static_members.insert(Arc::clone(instance), Arc::clone(&member.id));
            }
            let loaded = ClassicMember {
                instance: member.instance.clone(),
                client_id: Arc::clone(&member.client_id),
                client_host: Arc::clone(&member.client_host),
                session_timeout_ms: member.session_timeout_ms,
                rebalance_timeout_ms: member.rebalance_timeout_ms,
                protocols,
                assignment: Arc::clone(&member.assignment),
                awaiting_join: None,
                awaiting_sync: None,
                is_new: false,
                deadline: now.after_ms(member.session_timeout_ms.into()),
            };
            group.members.insert(Arc::clone(&member.id), loaded);
        }
        group
    }

    /// What is written of the group, with these assignments in place of those it has.
    pub fn to_stored(&self, assignments: Option<&BTreeMap<Arc<str>, Arc<[u8]>>>) -> StoredGroup {
        let members = self.members.iter().map(|(id, member)| StoredMember {
            id: Arc::clone(id),
            instance: member.instance.clone(),
            client_id: Arc::clone(&member.client_id),
            client_host: Arc::clone(&member.client_host),
            rebalance_timeout_ms: member.rebalance_timeout_ms,
            session_timeout_ms: member.session_timeout_ms,
            subscription: Arc::from(member.metadata_for(self.protocol.as_deref())),
            assignment: match assignments {
                Some(given) => given.get(id).cloned().unwrap_or_else(|| Arc::from([])),
                None => Arc::clone(&member.assignment),
            },
        });
        StoredGroup {
            protocol_type: self.protocol_type.clone().unwrap_or_default(),
            generation: self.generation,
            protocol: self.protocol.clone(),
            leader: self.leader.clone(),
            state_timestamp: self.state_timestamp,
            members: members.collect(),
        }
    }

    pub fn is_leader(&self, member: &str) -> bool {
        self.leader.as_deref() == Some(member)
    }

    /// Whether the group speaks the consumer's embedded protocol.
    pub fn is_consumers(&self) -> bool {
        self.protocol_type.as_deref() == Some(CONSUMER_PROTOCOL_TYPE)
    }

    fn become_state(&mut self, next: State, now_ms: i64) {
        assert!(self.state.may_become(next), "a classic group went from {:?} to {next:?}", self.state);
        self.previous = self.state;
        self.state = next;
        self.state_timestamp = Some(now_ms);
    }

    /// The id under which a static member is known.
    pub fn static_member(&self, instance: &str) -> Option<&Arc<str>> {
        self.static_members.get(instance)
    }

    /// Whether a request may speak for this member.
    pub fn validate_member(&self, member: &str, instance: Option<&str>) -> Result<(), ErrorCode> {
        if let Some(instance) = instance {
            match self.static_members.get(instance) {
                None => return Err(ErrorCode::UnknownMemberId),
                Some(known) if **known != *member => return Err(ErrorCode::FencedInstanceId),
                Some(_) => {}
            }
        }
        if self.members.contains_key(member) { Ok(()) } else { Err(ErrorCode::UnknownMemberId) }
    }

    /// Heartbeat.
    pub fn heartbeat(
        &mut self,
        member: &str,
        instance: Option<&str>,
        generation: i32,
        now: Mono,
    ) -> Result<(), ErrorCode> {
        self.validate_member(member, instance)?;
        if generation != self.generation {
            return Err(ErrorCode::IllegalGeneration);
        }
        match self.state {
            State::Empty => Err(ErrorCode::UnknownMemberId),
            State::PreparingRebalance => {
                self.heard_of(member, now);
                Err(ErrorCode::RebalanceInProgress)
            }
            State::CompletingRebalance | State::Stable => {
                self.heard_of(member, now);
                Ok(())
            }
        }
    }

    /// Whether a commit fits the group (Kafka's `ClassicGroup.validateOffsetCommit`).
    pub fn validate_commit(
        &mut self,
        member: &str,
        instance: Option<&str>,
        generation: i32,
        now: Mono,
    ) -> Result<(), ErrorCode> {
        if generation < 0 && self.state == State::Empty {
            return Ok(());
        }
        if generation >= 0 || !member.is_empty() || instance.is_some() {
            self.validate_member(member, instance)?;
            if generation != self.generation {
                return Err(ErrorCode::IllegalGeneration);
            }
        } else if self.state != State::Empty {
            return Err(ErrorCode::UnknownMemberId);
        }
        match self.state {
            // It has its generation from the join answer but no assignment to commit for.
            State::CompletingRebalance => return Err(ErrorCode::RebalanceInProgress),
            State::Stable | State::PreparingRebalance => self.heard_of(member, now),
            State::Empty => {}
        }
        Ok(())
    }

    /// The topics that members of a consumer group subscribe to. `None`: it cannot be told.
    pub fn subscribed_topics(&self) -> Option<BTreeSet<String>> {
        if !self.is_consumers() {
            return None;
        }
        if self.members.is_empty() {
            return Some(BTreeSet::new());
        }
        let protocol = self.protocol.as_deref()?;
        let mut topics = BTreeSet::new();
        for member in self.members.values() {
            topics.extend(members::subscription_topics(member.metadata_for(Some(protocol)))?);
        }
        Some(topics)
    }

    /// Takes in a member of a group that becomes this one.
    pub fn adopt(&mut self, id: Arc<str>, member: ClassicMember) {
        self.protocol_type = Some(CONSUMER_PROTOCOL_TYPE.to_owned());
        self.leader.get_or_insert_with(|| Arc::clone(&id));
        if let Some(instance) = &member.instance {
            self.static_members.insert(Arc::clone(instance), Arc::clone(&id));
        }
        self.members.insert(id, member);
    }

    /// Everybody is adopted: the group is as if they had joined and been assigned.
    pub fn settle_adopted(&mut self) {
        self.protocol = self.select_protocol();
        (self.previous, self.state) = (State::Stable, State::Stable);
    }

    /// The group ends: whoever waits is told so.
    pub fn refuse_everyone(&mut self, code: ErrorCode, turn: &mut Turn<'_>) {
        for (id, member) in &mut self.members {
            if let Some(request) = member.awaiting_join.take() {
                turn.refuse_join(request, id, code);
            }
            if let Some(request) = member.awaiting_sync.take() {
                turn.synced(request, Err(code));
            }
        }
    }

    pub fn describe(&self) -> Description {
        let is_stable = self.state == State::Stable;
        let protocol = self.protocol.as_deref().filter(|_| is_stable);
        let members = self.members.iter().map(|(id, member)| DescribedMember {
            member: Arc::clone(id),
            instance: member.instance.clone(),
            client_id: Arc::clone(&member.client_id),
            client_host: Arc::clone(&member.client_host),
            metadata: protocol.map(|name| member.metadata_for(Some(name)).to_vec()).unwrap_or_default(),
            assignment: if is_stable { Arc::clone(&member.assignment) } else { Arc::from([]) },
        });
        Description {
            state: self.state.name(),
            protocol_type: self.protocol_type.clone().unwrap_or_default(),
            protocol: protocol.unwrap_or_default().to_owned(),
            members: members.collect(),
        }
    }
}

/// The consumer's own protocol type; all others are opaque.
pub(crate) const CONSUMER_PROTOCOL_TYPE: &str = "consumer";
