//! Members of a classic group: who they are, what they offer, what they wait for; adding, replacing, removing,
//! and choosing the protocol all of them know.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thalweg_coordinator::RequestId;
use thalweg_model::Mono;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::data::consumer_protocol_subscription::ConsumerProtocolSubscription;
use thalweg_wire::{Decode, Reader};

use super::{ClassicGroup, Protocols, State, Turn};

/// A newcomer whose join is not answered cannot be heard of: it has so long to come again. Kafka's value.
const NEW_MEMBER_JOIN_TIMEOUT_MS: i64 = 5 * 60 * 1_000;

/// One member.
#[derive(Clone, Debug)]
pub(crate) struct ClassicMember {
    pub instance: Option<Arc<str>>,
    pub client_id: Arc<str>,
    pub client_host: Arc<str>,
    pub session_timeout_ms: i32,
    pub rebalance_timeout_ms: i32,
    pub protocols: Protocols,
    pub assignment: Arc<[u8]>,
    /// Its parked JoinGroup.
    pub awaiting_join: Option<RequestId>,
    /// Its parked SyncGroup.
    pub awaiting_sync: Option<RequestId>,
    /// Has not had an answer to its first join.
    pub is_new: bool,
    /// When it is out, unless it waits for us.
    pub deadline: Mono,
}

impl ClassicMember {
    /// What it says under a protocol; nothing under one it does not offer.
    pub fn metadata_for(&self, protocol: Option<&str>) -> &[u8] {
        let offered = self.protocols.iter().find(|(name, _)| Some(name.as_str()) == protocol);
        offered.map_or(&[], |(_, metadata)| metadata)
    }

    /// Its silence does not count: it waits for an answer from us.
    pub fn waits_for_us(&self) -> bool {
        !self.is_new && (self.awaiting_join.is_some() || self.awaiting_sync.is_some())
    }
}

impl ClassicGroup {
    /// Whether a member with these protocols fits in.
    pub(super) fn supports(&self, protocol_type: &str, protocols: &Protocols) -> bool {
        if protocol_type.is_empty() || protocols.is_empty() {
            return false;
        }
        if self.state == State::Empty {
            return true;
        }
        self.protocol_type.as_deref() == Some(protocol_type)
            && protocols.iter().any(|(name, _)| self.all_support(name))
    }

    fn all_support(&self, protocol: &str) -> bool {
        self.members.values().all(|member| member.protocols.iter().any(|(name, _)| name == protocol))
    }

    /// The protocol that most members prefer among those all of them offer; by name where votes are equal.
    pub(super) fn select_protocol(&self) -> Option<String> {
        let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
        let first = self.members.values().next()?;
        let candidates: BTreeSet<&str> = first
            .protocols
            .iter()
            .map(|(name, _)| name.as_str())
            .filter(|name| self.all_support(name))
            .collect();
        for member in self.members.values() {
            let choice = member.protocols.iter().find(|(name, _)| candidates.contains(name.as_str()));
            if let Some((name, _)) = choice {
                *votes.entry(name).or_default() += 1;
            }
        }
        let best = votes.iter().max_by(|a, b| a.1.cmp(b.1).then_with(|| b.0.cmp(a.0)))?;
        Some((*best.0).to_owned())
    }

    pub(super) fn joining(&self) -> usize {
        self.members.values().filter(|member| member.awaiting_join.is_some()).count()
    }

    pub(super) fn has_all_members_joined(&self) -> bool {
        self.pending_join.is_empty() && self.members.values().all(|member| member.awaiting_join.is_some())
    }

    pub(super) fn add(&mut self, id: Arc<str>, mut member: ClassicMember, protocol_type: String, now: Mono) {
        if self.members.is_empty() {
            self.protocol_type = Some(protocol_type);
        }
        self.leader.get_or_insert_with(|| Arc::clone(&id));
        self.pending_join.remove(&id);
        if let Some(instance) = &member.instance {
            self.static_members.insert(Arc::clone(instance), Arc::clone(&id));
        }
        member.deadline = now.after_ms(NEW_MEMBER_JOIN_TIMEOUT_MS);
        self.members.insert(id, member);
    }

    /// Takes a member out and answers what it has parked.
    pub(super) fn remove(&mut self, id: &str, turn: &mut Turn<'_>) {
        let Some((id, member)) = self.members.remove_entry(id) else { return };
        if let Some(request) = member.awaiting_join {
            turn.refuse_join(request, &id, ErrorCode::UnknownMemberId);
        }
        if let Some(request) = member.awaiting_sync {
            turn.synced(request, Err(ErrorCode::UnknownMemberId));
        }
        if let Some(instance) = &member.instance
            && self.static_members.get(instance) == Some(&id)
        {
            self.static_members.remove(instance);
        }
        self.pending_sync.remove(&id);
        if self.is_leader(&id) {
            self.leader = self.members.keys().next().cloned();
        }
    }

    /// A static member has come back under a new id: it takes over, and whoever used the old id is fenced.
    pub(super) fn replace_static(&mut self, old: &Arc<str>, new: &Arc<str>, turn: &mut Turn<'_>) {
        let Some(mut member) = self.members.remove(old) else { return };
        if let Some(request) = member.awaiting_join.take() {
            turn.refuse_join(request, old, ErrorCode::FencedInstanceId);
        }
        if let Some(request) = member.awaiting_sync.take() {
            turn.synced(request, Err(ErrorCode::FencedInstanceId));
        }
        if self.pending_sync.remove(old) {
            self.pending_sync.insert(Arc::clone(new));
        }
        if let Some(instance) = &member.instance {
            self.static_members.insert(Arc::clone(instance), Arc::clone(new));
        }
        if self.is_leader(old) {
            self.leader = Some(Arc::clone(new));
        }
        self.members.insert(Arc::clone(new), member);
    }

    /// A sign of life.
    pub(super) fn heard_of(&mut self, id: &str, now: Mono) {
        if let Some(member) = self.members.get_mut(id) {
            member.deadline = now.after_ms(member.session_timeout_ms.into());
        }
    }

    /// The longest time a member asks for to rejoin.
    pub(super) fn rebalance_timeout_ms(&self) -> i64 {
        self.members.values().map(|member| i64::from(member.rebalance_timeout_ms)).max().unwrap_or(0)
    }

    /// The leader stays if it has rejoined; otherwise somebody who has takes over. False: nobody has.
    pub(super) fn elect_joined_leader(&mut self) -> bool {
        let has_joined = |member: &ClassicMember| member.awaiting_join.is_some();
        if let Some(leader) = &self.leader
            && self.members.get(leader).is_some_and(has_joined)
        {
            return true;
        }
        match self.members.iter().find(|(_, member)| has_joined(member)) {
            Some((id, _)) => {
                self.leader = Some(Arc::clone(id));
                true
            }
            None => false,
        }
    }
}

/// The topics named in a consumer's subscription. `None`: it is not one.
pub(super) fn subscription_topics(metadata: &[u8]) -> Option<Vec<String>> {
    let mut reader = Reader::new(metadata);
    let version = reader.i16().ok()?;
    // A newer client's subscription begins like the newest we know.
    let version = version.clamp(0, HIGHEST_SUBSCRIPTION);
    let subscription = ConsumerProtocolSubscription::decode(&mut reader, version).ok()?;
    Some(subscription.topics.into_iter().map(ToOwned::to_owned).collect())
}

const HIGHEST_SUBSCRIPTION: i16 = 3;
