//! What raises a group's epoch, and the target that is made for it.

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::sync::Arc;

use thalweg_coordinator::{Context, Output};
use thalweg_wire::ErrorCode;

use super::assign::{Assignment, Assignor, GroupSpec, MemberSpec};
use super::group::ConsumerGroup;
use super::records::Draft;
use super::types::TopicPartitions;
use super::work::Work;
use crate::machine::{Event, GroupMachine};
use crate::request::Response;

impl GroupMachine {
    /// Raises the epoch if it must be, or if the topics that the group sees have changed since it was last looked.
    pub(super) fn refresh_epoch(&mut self, draft: &mut Draft, must_rise: bool) {
        let version = self.topics.version();
        let has_moved = self.live(&draft.id).topics_version != Some(version);
        if !must_rise && !has_moved {
            return;
        }
        let hash = self.metadata_hash(&draft.group);
        if must_rise || hash != draft.group.metadata_hash {
            let epoch = draft.group.epoch.saturating_add(1);
            draft.set_epoch(epoch, hash);
        }
        self.live(&draft.id).topics_version = Some(version);
    }

    /// Of names, ids and partition counts of the topics a group subscribes to. 0: there are none. The number means
    /// nothing but to itself: a Kafka that takes the group over makes its own and raises the epoch once.
    pub(super) fn metadata_hash(&self, group: &ConsumerGroup) -> i64 {
        let mut hasher = Fnv::default();
        let mut is_empty = true;
        for name in group.subscribed_names() {
            if let Some((id, partitions)) = self.topics.by_name(&name) {
                is_empty = false;
                hasher.write(name.as_bytes());
                hasher.write(&id.0);
                hasher.write(&partitions.to_be_bytes());
            }
        }
        if is_empty { 0 } else { hasher.finish() as i64 }
    }

    /// Makes a new target if the epoch is ahead of it and it is time (KIP-1263); a large one is made elsewhere. Returns
    /// the target's epoch and what it gives to a member.
    pub(super) fn update_target(
        &mut self,
        draft: &mut Draft,
        member: &Arc<str>,
        context: Context,
    ) -> (i32, Arc<TopicPartitions>) {
        if draft.group.assignment_epoch < draft.group.epoch && self.may_assign(draft, context.now.wall_ms) {
            let preferred = draft.group.preferred_assignor().and_then(|name| Assignor::by_name(&name));
            let default = self.config.consumer.assignors.first().copied().unwrap_or(Assignor::Uniform);
            let assignor = preferred.unwrap_or(default);
            let spec = self.spec(&draft.group);
            let partitions: usize =
                spec.topics.values().map(|count| usize::try_from(*count).unwrap_or(0)).sum();
            let epoch = draft.group.epoch;
            let is_large = spec.members.len() + partitions > self.config.consumer.work_at_once_max;
            // A group's first target is made at once: without one its first member could not be given an epoch.
            if is_large && draft.group.assignment_epoch > 0 {
                if self.live(&draft.id).assigning.is_none() {
                    self.live(&draft.id).assigning = Some(epoch);
                    let group = Arc::clone(&draft.id);
                    self.work.push(Work::Assign { group, epoch, assignor, spec });
                }
            } else {
                set_target(draft, epoch, &assignor.assign(&spec), context.now.wall_ms);
            }
        }
        (draft.group.assignment_epoch, draft.group.target_of(member))
    }

    /// Targets of one group are not made more often than the interval says, so that members that come together
    /// make for one.
    fn may_assign(&mut self, draft: &Draft, now_ms: i64) -> bool {
        let interval_ms = i64::from(self.assignment_interval_ms(&draft.id));
        let made = draft.group.assignment_timestamp;
        made <= 0 || interval_ms == 0 || now_ms < made || now_ms - made >= interval_ms
    }

    /// A target that was made elsewhere has arrived. It counts if the group is still there; what has changed
    /// meanwhile is the matter of the next.
    pub(super) fn assigned_elsewhere(
        &mut self,
        group: &Arc<str>,
        epoch: i32,
        assignment: &Assignment,
        context: Context,
        output: &mut Output<Response, Event>,
    ) -> Result<(), ErrorCode> {
        let live = self.live(group);
        if live.assigning == Some(epoch) {
            live.assigning = None;
        }
        let Some(stored) = self.state.consumers.get(group) else { return Ok(()) };
        if stored.assignment_epoch >= epoch || stored.epoch < epoch {
            return Ok(());
        }
        let mut draft = Draft::new(Arc::clone(group), ConsumerGroup::clone(stored));
        set_target(&mut draft, epoch, assignment, context.now.wall_ms);
        self.finish_draft(draft, context, output)
    }

    fn spec(&self, group: &ConsumerGroup) -> GroupSpec {
        let mut spec = GroupSpec::default();
        let mut by_names: BTreeMap<_, Arc<_>> = BTreeMap::new();
        for (id, member) in &group.members {
            let key = (Arc::clone(&member.topics), member.expression().cloned());
            let topics = match by_names.get(&key) {
                Some(topics) => Arc::clone(topics),
                None => {
                    let names = group.names_of(member);
                    let found: Vec<_> = names.iter().filter_map(|name| self.topics.by_name(name)).collect();
                    spec.topics.extend(found.iter().copied());
                    let ids = Arc::new(found.into_iter().map(|(id, _)| id).collect());
                    by_names.insert(key, Arc::clone(&ids));
                    ids
                }
            };
            let target = group.target_of(id);
            let member = MemberSpec { instance: member.instance.clone(), topics, target };
            spec.members.insert(Arc::clone(id), member);
        }
        spec
    }
}

/// Writes where a target differs from the last one. Members that have come since it was begun keep what they had.
fn set_target(draft: &mut Draft, epoch: i32, assignment: &Assignment, now_ms: i64) {
    let nothing = TopicPartitions::new();
    let members: Vec<Arc<str>> = draft.group.members.keys().cloned().collect();
    for id in members {
        let new = assignment.get(&id).unwrap_or(&nothing);
        if draft.group.targets.get(&id).is_none_or(|old| **old != *new) {
            draft.put_target(&id, Arc::new(new.clone()));
        }
    }
    draft.set_assignment_epoch(epoch, now_ms);
}

/// FNV-1a, 64 bits.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}
