//! What is written of a consumer group: its members, what each has and shall have, its expressions. Persistent
//! maps, so that a copy to try things on is cheap. Changed by replay and by drafts, both through the methods here.

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::OrdMap;
use thalweg_model::Uuid;

use super::types::{Assigned, TopicPartitions};

/// Epoch of a member that has left for good.
pub(crate) const EPOCH_LEFT: i32 = -1;
/// Epoch of a static member that is away and expected back.
pub(crate) const EPOCH_AWAY: i32 = -2;

/// Where a member is on its way to its target (`State` of CurrentMemberAssignment).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MemberState {
    /// It has what it shall have.
    #[default]
    Stable,
    /// It must give partitions up first.
    Unrevoked,
    /// It waits for partitions that others have not given up.
    Unreleased,
    /// Written by a release that knows more states.
    Unknown,
}

impl MemberState {
    pub const fn from_code(code: i8) -> Self {
        match code {
            0 => Self::Stable,
            1 => Self::Unrevoked,
            2 => Self::Unreleased,
            _ => Self::Unknown,
        }
    }

    pub const fn code(self) -> i8 {
        match self {
            Self::Stable => 0,
            Self::Unrevoked => 1,
            Self::Unreleased => 2,
            Self::Unknown => 127,
        }
    }
}

/// A member as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ConsumerMember {
    pub id: Arc<str>,
    pub epoch: i32,
    /// The epoch before: an answer with the new one may have been lost.
    pub previous_epoch: i32,
    pub state: MemberState,
    pub assigned: Arc<Assigned>,
    /// What it must give up before it moves on.
    pub revoking: Arc<Assigned>,
    pub instance: Option<Arc<str>>,
    pub rack: Option<Arc<str>>,
    pub client_id: Arc<str>,
    pub client_host: Arc<str>,
    /// −1: not told.
    pub rebalance_timeout_ms: i32,
    pub topics: Arc<BTreeSet<Arc<str>>>,
    /// Empty counts as none; which of the two it is, is kept as it was told.
    pub regex: Option<Arc<str>>,
    pub assignor: Option<Arc<str>>,
    /// What it said in the classic protocol, if it speaks that one.
    pub classic: Option<Arc<ClassicSide>>,
}

/// The classic side of a member that speaks the classic protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClassicSide {
    pub session_timeout_ms: i32,
    /// Name and subscription, in its order of preference. Never empty for members of ours.
    pub protocols: Vec<(String, Vec<u8>)>,
}

impl ConsumerMember {
    pub fn new(id: Arc<str>) -> Self {
        Self { id, rebalance_timeout_ms: -1, ..Self::default() }
    }

    pub const fn is_classic(&self) -> bool {
        self.classic.is_some()
    }

    /// The expression it subscribes to.
    pub fn expression(&self) -> Option<&Arc<str>> {
        self.regex.as_ref().filter(|regex| !regex.is_empty())
    }

    /// Has the target of this epoch.
    pub fn is_reconciled_to(&self, epoch: i32) -> bool {
        self.state == MemberState::Stable && self.epoch == epoch
    }

    pub fn with_epoch(mut self, epoch: i32) -> Self {
        self.previous_epoch = self.epoch;
        self.epoch = epoch;
        self
    }

    /// Whether what MemberMetadata says of them is the same.
    pub fn says_the_same(&self, other: &Self) -> bool {
        self.instance == other.instance
            && self.rack == other.rack
            && self.client_id == other.client_id
            && self.client_host == other.client_host
            && self.rebalance_timeout_ms == other.rebalance_timeout_ms
            && self.topics == other.topics
            && self.regex == other.regex
            && self.assignor == other.assignor
            && self.classic == other.classic
    }
}

/// The topics an expression matched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ResolvedRegex {
    pub topics: Arc<BTreeSet<Arc<str>>>,
    /// Version of the table of topics.
    pub version: i64,
    pub timestamp: i64,
}

/// The state of a consumer group (KIP-848).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConsumerState {
    /// No members.
    Empty,
    /// The target assignment is to be made.
    Assigning,
    /// Members are on their way to it.
    Reconciling,
    /// Everybody has what they shall have.
    Stable,
}

impl ConsumerState {
    /// Its name in ConsumerGroupDescribe and ListGroups.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::Assigning => "Assigning",
            Self::Reconciling => "Reconciling",
            Self::Stable => "Stable",
        }
    }
}

/// One consumer group as written.
#[derive(Clone, Debug, Default)]
pub(crate) struct ConsumerGroup {
    /// Counts what changes the assignment.
    pub epoch: i32,
    /// Of the topics the group sees.
    pub metadata_hash: i64,
    /// The epoch that the target is for; never above `epoch`.
    pub assignment_epoch: i32,
    /// When the target was made, 0 unknown.
    pub assignment_timestamp: i64,
    pub members: OrdMap<Arc<str>, Arc<ConsumerMember>>,
    pub targets: OrdMap<Arc<str>, Arc<TopicPartitions>>,
    pub regexes: OrdMap<Arc<str>, Arc<ResolvedRegex>>,
    /// Instance → member, of all members that have one.
    pub statics: OrdMap<Arc<str>, Arc<str>>,
    /// Who has a partition or has not given it up yet. Follows from `members`.
    owners: OrdMap<(Uuid, i32), Arc<str>>,
}

impl ConsumerGroup {
    pub fn state(&self) -> ConsumerState {
        if self.members.is_empty() {
            ConsumerState::Empty
        } else if self.epoch > self.assignment_epoch {
            ConsumerState::Assigning
        } else if self.members.values().all(|member| member.is_reconciled_to(self.assignment_epoch)) {
            ConsumerState::Stable
        } else {
            ConsumerState::Reconciling
        }
    }

    pub fn static_member(&self, instance: &str) -> Option<&Arc<ConsumerMember>> {
        self.members.get(self.statics.get(instance)?)
    }

    pub fn is_owned(&self, topic: Uuid, partition: i32) -> bool {
        self.owners.contains_key(&(topic, partition))
    }

    pub fn target_of(&self, member: &str) -> Arc<TopicPartitions> {
        self.targets.get(member).cloned().unwrap_or_default()
    }

    pub fn put_member(&mut self, member: ConsumerMember) {
        let id = Arc::clone(&member.id);
        if let Some(old) = self.members.remove(&id) {
            self.take_from_indexes(&old);
        }
        if let Some(instance) = &member.instance {
            self.statics.insert(Arc::clone(instance), Arc::clone(&id));
        }
        for of_topic in [&member.assigned, &member.revoking] {
            for (topic, partitions) in of_topic.iter() {
                for partition in partitions.keys() {
                    self.owners.insert((*topic, *partition), Arc::clone(&id));
                }
            }
        }
        self.members.insert(id, Arc::new(member));
    }

    pub fn remove_member(&mut self, id: &str) {
        if let Some(old) = self.members.remove(id) {
            self.take_from_indexes(&old);
        }
    }

    fn take_from_indexes(&mut self, member: &ConsumerMember) {
        if let Some(instance) = &member.instance
            && self.statics.get(instance) == Some(&member.id)
        {
            self.statics.remove(instance);
        }
        for of_topic in [&member.assigned, &member.revoking] {
            for (topic, partitions) in of_topic.iter() {
                for partition in partitions.keys() {
                    if self.owners.get(&(*topic, *partition)) == Some(&member.id) {
                        self.owners.remove(&(*topic, *partition));
                    }
                }
            }
        }
    }

    /// How many members subscribe to an expression.
    pub fn subscribers_of(&self, regex: &str) -> usize {
        self.members
            .values()
            .filter(|member| member.expression().is_some_and(|told| **told == *regex))
            .count()
    }

    /// The expressions that members subscribe to.
    pub fn expressions(&self) -> BTreeSet<Arc<str>> {
        self.members.values().filter_map(|member| member.expression().cloned()).collect()
    }

    /// Every topic name the group subscribes to, by name or expression.
    pub fn subscribed_names(&self) -> BTreeSet<Arc<str>> {
        let mut names: BTreeSet<Arc<str>> = BTreeSet::new();
        let mut last: Option<&Arc<BTreeSet<Arc<str>>>> = None;
        for member in self.members.values() {
            // Most members of a group share one set's content; the same allocation need not be walked twice.
            if last.is_none_or(|last| !Arc::ptr_eq(last, &member.topics) && *last != member.topics) {
                names.extend(member.topics.iter().cloned());
                last = Some(&member.topics);
            }
        }
        for regex in self.expressions() {
            let resolved = self.regexes.get(&regex);
            names.extend(resolved.iter().flat_map(|resolved| resolved.topics.iter().cloned()));
        }
        names
    }

    /// The names one member subscribes to, by name or by expression.
    pub fn names_of(&self, member: &ConsumerMember) -> Arc<BTreeSet<Arc<str>>> {
        let resolved = member.expression().and_then(|regex| self.regexes.get(regex));
        match resolved {
            None => Arc::clone(&member.topics),
            Some(resolved) if member.topics.is_empty() => Arc::clone(&resolved.topics),
            Some(resolved) => Arc::new(member.topics.union(&resolved.topics).cloned().collect()),
        }
    }

    pub fn is_subscribed_to(&self, topic: &str) -> bool {
        self.members.values().any(|member| member.topics.contains(topic))
            || self.regexes.values().any(|resolved| resolved.topics.contains(topic))
    }

    /// The assignor that most members ask for; by name where votes are equal.
    pub fn preferred_assignor(&self) -> Option<Arc<str>> {
        let mut votes: std::collections::BTreeMap<&Arc<str>, usize> = std::collections::BTreeMap::new();
        for assignor in self.members.values().filter_map(|member| member.assignor.as_ref()) {
            *votes.entry(assignor).or_default() += 1;
        }
        votes
            .into_iter()
            .max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)))
            .map(|(name, _)| Arc::clone(name))
    }

    /// Whether all members but these speak the classic protocol.
    pub fn all_classic_except(&self, except: &BTreeSet<Arc<str>>) -> bool {
        self.members.values().all(|member| member.is_classic() || except.contains(&member.id))
    }

    /// Whether a classic protocol is known to all members that speak the classic protocol.
    pub fn is_known_to_classic(&self, protocol: &str) -> bool {
        self.members
            .values()
            .filter_map(|member| member.classic.as_ref())
            .all(|classic| classic.protocols.iter().any(|(name, _)| name == protocol))
    }
}
