//! Records of consumer groups in Kafka's formats: into the group's state, and from drafts of it.

use std::sync::Arc;

use thalweg_coordinator::CoordinatorRecord;
use thalweg_model::Uuid;
use thalweg_wire::messages::coordinator::group::{
    ConsumerGroupCurrentMemberAssignmentKey, ConsumerGroupCurrentMemberAssignmentValue,
    ConsumerGroupMemberMetadataKey, ConsumerGroupMemberMetadataValue, ConsumerGroupMetadataKey,
    ConsumerGroupMetadataValue, ConsumerGroupPartitionMetadataKey, ConsumerGroupRegularExpressionKey,
    ConsumerGroupRegularExpressionValue, ConsumerGroupTargetAssignmentMemberKey,
    ConsumerGroupTargetAssignmentMemberValue, ConsumerGroupTargetAssignmentMetadataKey,
    ConsumerGroupTargetAssignmentMetadataValue, consumer_group_current_member_assignment_value as current,
    consumer_group_member_metadata_value as metadata,
    consumer_group_target_assignment_member_value as target,
};
use thalweg_wire::records::{GroupKey, GroupValue, encode_coordinator_key, encode_coordinator_value};

use super::group::{ClassicSide, ConsumerGroup, ConsumerMember, EPOCH_LEFT, MemberState, ResolvedRegex};
use super::types::{Assigned, TopicPartitions};
use crate::state::{State, Touched};

impl State {
    /// Takes a record of a consumer group in. `None`: it is of another kind.
    pub(crate) fn replay_consumer(
        &mut self,
        key: &GroupKey<'_>,
        value: Option<&GroupValue<'_>>,
    ) -> Option<Touched> {
        let group = match (key, value) {
            (GroupKey::ConsumerGroupMetadata(key), Some(GroupValue::ConsumerGroupMetadata(value))) => {
                let group = self.consumer_mut(key.group_id);
                (group.epoch, group.metadata_hash) = (value.epoch, value.metadata_hash);
                key.group_id
            }
            (GroupKey::ConsumerGroupMetadata(key), None) => {
                self.consumers.remove(key.group_id);
                key.group_id
            }
            // Of older releases: what it said is looked up now.
            (GroupKey::ConsumerGroupPartitionMetadata(key), _) => key.group_id,
            (
                GroupKey::ConsumerGroupMemberMetadata(key),
                Some(GroupValue::ConsumerGroupMemberMetadata(value)),
            ) => {
                let group = self.consumer_mut(key.group_id);
                let old = group.members.get(key.member_id);
                let old = old.map_or_else(
                    || ConsumerMember::new(key.member_id.into()),
                    |old| ConsumerMember::clone(old),
                );
                group.put_member(member(old, value));
                key.group_id
            }
            (GroupKey::ConsumerGroupMemberMetadata(key), None) => {
                if let Some(group) = self.consumer_if_any(key.group_id) {
                    group.remove_member(key.member_id);
                }
                key.group_id
            }
            (
                GroupKey::ConsumerGroupTargetAssignmentMetadata(key),
                Some(GroupValue::ConsumerGroupTargetAssignmentMetadata(value)),
            ) => {
                let group = self.consumer_mut(key.group_id);
                group.assignment_epoch = value.assignment_epoch;
                group.assignment_timestamp = value.assignment_timestamp;
                key.group_id
            }
            (GroupKey::ConsumerGroupTargetAssignmentMetadata(key), None) => {
                if let Some(group) = self.consumer_if_any(key.group_id) {
                    (group.assignment_epoch, group.assignment_timestamp) = (-1, 0);
                }
                key.group_id
            }
            (
                GroupKey::ConsumerGroupTargetAssignmentMember(key),
                Some(GroupValue::ConsumerGroupTargetAssignmentMember(value)),
            ) => {
                let topics = value.topic_partitions.iter().filter(|topic| !topic.partitions.is_empty());
                let target: TopicPartitions = topics
                    .map(|topic| (topic.topic_id, topic.partitions.iter().copied().collect()))
                    .collect();
                self.consumer_mut(key.group_id).targets.insert(key.member_id.into(), Arc::new(target));
                key.group_id
            }
            (GroupKey::ConsumerGroupTargetAssignmentMember(key), None) => {
                if let Some(group) = self.consumer_if_any(key.group_id) {
                    group.targets.remove(key.member_id);
                }
                key.group_id
            }
            (
                GroupKey::ConsumerGroupCurrentMemberAssignment(key),
                Some(GroupValue::ConsumerGroupCurrentMemberAssignment(value)),
            ) => {
                // A compacted log may have lost the member's metadata to a tombstone that stands later.
                let group = self.consumer_mut(key.group_id);
                let old = group.members.get(key.member_id);
                let mut member = old.map_or_else(
                    || ConsumerMember::new(key.member_id.into()),
                    |old| ConsumerMember::clone(old),
                );
                member.epoch = value.member_epoch;
                member.previous_epoch = value.previous_member_epoch;
                member.state = MemberState::from_code(value.state);
                member.assigned = Arc::new(assigned(&value.assigned_partitions, value.member_epoch));
                member.revoking =
                    Arc::new(assigned(&value.partitions_pending_revocation, value.member_epoch));
                group.put_member(member);
                key.group_id
            }
            (GroupKey::ConsumerGroupCurrentMemberAssignment(key), None) => {
                if let Some(group) = self.consumer_if_any(key.group_id)
                    && let Some(old) = group.members.get(key.member_id)
                {
                    let member = ConsumerMember {
                        epoch: EPOCH_LEFT,
                        previous_epoch: EPOCH_LEFT,
                        state: MemberState::Stable,
                        assigned: Arc::default(),
                        revoking: Arc::default(),
                        ..ConsumerMember::clone(old)
                    };
                    group.put_member(member);
                }
                key.group_id
            }
            (
                GroupKey::ConsumerGroupRegularExpression(key),
                Some(GroupValue::ConsumerGroupRegularExpression(value)),
            ) => {
                let resolved = ResolvedRegex {
                    topics: Arc::new(value.topics.iter().map(|topic| Arc::from(*topic)).collect()),
                    version: value.version,
                    timestamp: value.timestamp,
                };
                let group = self.consumer_mut(key.group_id);
                group.regexes.insert(key.regular_expression.into(), Arc::new(resolved));
                key.group_id
            }
            (GroupKey::ConsumerGroupRegularExpression(key), None) => {
                if let Some(group) = self.consumer_if_any(key.group_id) {
                    group.regexes.remove(key.regular_expression);
                }
                key.group_id
            }
            _ => return None,
        };
        Some(Touched::Consumer(group.into()))
    }

    fn consumer_mut(&mut self, id: &str) -> &mut ConsumerGroup {
        Arc::make_mut(self.consumers.entry(Arc::from(id)).or_default())
    }

    fn consumer_if_any(&mut self, id: &str) -> Option<&mut ConsumerGroup> {
        self.consumers.get_mut(id).map(Arc::make_mut)
    }
}

fn member(old: ConsumerMember, value: &ConsumerGroupMemberMetadataValue<'_>) -> ConsumerMember {
    let text = |text: Option<&str>| text.map(Arc::from);
    ConsumerMember {
        instance: text(value.instance_id),
        rack: text(value.rack_id),
        client_id: value.client_id.into(),
        client_host: value.client_host.into(),
        topics: Arc::new(value.subscribed_topic_names.iter().map(|topic| Arc::from(*topic)).collect()),
        regex: text(value.subscribed_topic_regex),
        rebalance_timeout_ms: value.rebalance_timeout_ms,
        assignor: text(value.server_assignor),
        classic: value.classic_member_metadata.as_ref().map(|classic| {
            let protocol = |of: &metadata::ClassicProtocol<'_>| (of.name.to_owned(), of.metadata.to_vec());
            Arc::new(ClassicSide {
                session_timeout_ms: classic.session_timeout_ms,
                protocols: classic.supported_protocols.iter().map(protocol).collect(),
            })
        }),
        ..old
    }
}

fn assigned(topics: &[current::TopicPartitions], member_epoch: i32) -> Assigned {
    let topics = topics.iter().filter(|topic| !topic.partitions.is_empty());
    let of_topic = |topic: &current::TopicPartitions| {
        let epochs = topic.assignment_epochs.as_deref().unwrap_or_default();
        // Releases before KIP-1251 did not say: the member's epoch is the oldest that can be told.
        let epoch = |place: usize| epochs.get(place).copied().unwrap_or(member_epoch);
        let partitions = topic.partitions.iter().enumerate();
        (topic.topic_id, partitions.map(|(place, partition)| (*partition, epoch(place))).collect())
    };
    topics.map(of_topic).collect()
}

/// A copy of a group that is changed together with the records that say so.
pub(crate) struct Draft {
    pub id: Arc<str>,
    pub group: ConsumerGroup,
    pub records: Vec<CoordinatorRecord>,
    /// A text or a value is too long for a record; nothing of this may be written.
    pub is_too_long: bool,
}

macro_rules! key {
    ($key:expr) => {{
        let mut bytes = Vec::new();
        encode_coordinator_key(&$key, &mut bytes).ok().map(|()| bytes)
    }};
}

macro_rules! value {
    ($value:expr) => {{
        let mut bytes = Vec::new();
        encode_coordinator_value(&$value, 0, &mut bytes).ok().map(|()| Some(bytes))
    }};
}

impl Draft {
    pub fn new(id: Arc<str>, group: ConsumerGroup) -> Self {
        Self { id, group, records: Vec::new(), is_too_long: false }
    }

    fn push(&mut self, key: Option<Vec<u8>>, value: Option<Option<Vec<u8>>>) {
        match (key, value) {
            (Some(key), Some(value)) => self.records.push(CoordinatorRecord { key, value }),
            _ => self.is_too_long = true,
        }
    }

    /// Writes who a member is and what it subscribes to.
    pub fn put_metadata(&mut self, member: &ConsumerMember) {
        let classic = member.classic.as_ref().map(|classic| metadata::ClassicMemberMetadata {
            session_timeout_ms: classic.session_timeout_ms,
            supported_protocols: classic
                .protocols
                .iter()
                .map(|(name, metadata)| metadata::ClassicProtocol { name, metadata })
                .collect(),
        });
        let value = ConsumerGroupMemberMetadataValue {
            instance_id: member.instance.as_deref(),
            rack_id: member.rack.as_deref(),
            client_id: &member.client_id,
            client_host: &member.client_host,
            subscribed_topic_names: member.topics.iter().map(|topic| &**topic).collect(),
            subscribed_topic_regex: member.regex.as_deref(),
            rebalance_timeout_ms: member.rebalance_timeout_ms,
            server_assignor: member.assignor.as_deref(),
            classic_member_metadata: classic,
        };
        let key = key!(ConsumerGroupMemberMetadataKey { group_id: &self.id, member_id: &member.id });
        self.push(key, value!(value));
        // What it has is written on its own.
        let has = match self.group.members.get(&member.id) {
            Some(old) => ConsumerMember::clone(old),
            None => ConsumerMember::new(Arc::clone(&member.id)),
        };
        self.group.put_member(ConsumerMember {
            epoch: has.epoch,
            previous_epoch: has.previous_epoch,
            state: has.state,
            assigned: has.assigned,
            revoking: has.revoking,
            ..member.clone()
        });
    }

    /// Writes what a member has.
    pub fn put_current(&mut self, member: ConsumerMember) {
        let value = ConsumerGroupCurrentMemberAssignmentValue {
            member_epoch: member.epoch,
            previous_member_epoch: member.previous_epoch,
            state: member.state.code(),
            assigned_partitions: told(&member.assigned),
            partitions_pending_revocation: told(&member.revoking),
        };
        let key = key!(ConsumerGroupCurrentMemberAssignmentKey { group_id: &self.id, member_id: &member.id });
        self.push(key, value!(value));
        self.group.put_member(member);
    }

    pub fn remove_member(&mut self, member_id: &str) {
        let id = Arc::clone(&self.id);
        let group_id = &*id;
        self.push(key!(ConsumerGroupCurrentMemberAssignmentKey { group_id, member_id }), Some(None));
        self.push(key!(ConsumerGroupTargetAssignmentMemberKey { group_id, member_id }), Some(None));
        self.push(key!(ConsumerGroupMemberMetadataKey { group_id, member_id }), Some(None));
        self.group.targets.remove(member_id);
        self.group.remove_member(member_id);
    }

    pub fn set_epoch(&mut self, epoch: i32, metadata_hash: i64) {
        let key = key!(ConsumerGroupMetadataKey { group_id: &self.id });
        self.push(key, value!(ConsumerGroupMetadataValue { epoch, metadata_hash }));
        (self.group.epoch, self.group.metadata_hash) = (epoch, metadata_hash);
    }

    pub fn put_target(&mut self, member_id: &Arc<str>, target: Arc<TopicPartitions>) {
        let topics = target.iter().map(|(topic, partitions)| target::TopicPartition {
            topic_id: *topic,
            partitions: partitions.iter().copied().collect(),
        });
        let value = ConsumerGroupTargetAssignmentMemberValue { topic_partitions: topics.collect() };
        let key = key!(ConsumerGroupTargetAssignmentMemberKey { group_id: &self.id, member_id });
        self.push(key, value!(value));
        self.group.targets.insert(Arc::clone(member_id), target);
    }

    pub fn set_assignment_epoch(&mut self, assignment_epoch: i32, assignment_timestamp: i64) {
        let key = key!(ConsumerGroupTargetAssignmentMetadataKey { group_id: &self.id });
        let value = ConsumerGroupTargetAssignmentMetadataValue { assignment_epoch, assignment_timestamp };
        self.push(key, value!(value));
        self.group.assignment_epoch = assignment_epoch;
        self.group.assignment_timestamp = assignment_timestamp;
    }

    pub fn put_regex(&mut self, regex: &Arc<str>, resolved: ResolvedRegex) {
        let value = ConsumerGroupRegularExpressionValue {
            topics: resolved.topics.iter().map(|topic| &**topic).collect(),
            version: resolved.version,
            timestamp: resolved.timestamp,
        };
        let key = key!(ConsumerGroupRegularExpressionKey { group_id: &self.id, regular_expression: regex });
        self.push(key, value!(value));
        self.group.regexes.insert(Arc::clone(regex), Arc::new(resolved));
    }

    pub fn remove_regex(&mut self, regex: &Arc<str>) {
        let key = key!(ConsumerGroupRegularExpressionKey { group_id: &self.id, regular_expression: regex });
        self.push(key, Some(None));
        self.group.regexes.remove(regex);
    }

    /// Deletes the group, in Kafka's order: what rests on others goes first.
    pub fn delete(&mut self) {
        let id = Arc::clone(&self.id);
        let group_id = &*id;
        let members: Vec<Arc<str>> = self.group.members.keys().cloned().collect();
        let targets: Vec<Arc<str>> = self.group.targets.keys().cloned().collect();
        for member_id in &members {
            self.push(key!(ConsumerGroupCurrentMemberAssignmentKey { group_id, member_id }), Some(None));
        }
        for member_id in &targets {
            self.push(key!(ConsumerGroupTargetAssignmentMemberKey { group_id, member_id }), Some(None));
        }
        self.push(key!(ConsumerGroupTargetAssignmentMetadataKey { group_id }), Some(None));
        for member_id in &members {
            self.push(key!(ConsumerGroupMemberMetadataKey { group_id, member_id }), Some(None));
        }
        let regexes: Vec<Arc<str>> = self.group.regexes.keys().cloned().collect();
        for regex in &regexes {
            self.remove_regex(regex);
        }
        self.push(key!(ConsumerGroupPartitionMetadataKey { group_id }), Some(None));
        self.push(key!(ConsumerGroupMetadataKey { group_id }), Some(None));
        self.group = ConsumerGroup::default();
    }
}

fn told(assigned: &Assigned) -> Vec<current::TopicPartitions> {
    let of_topic =
        |(topic, partitions): (&Uuid, &std::collections::BTreeMap<i32, i32>)| current::TopicPartitions {
            topic_id: *topic,
            partitions: partitions.keys().copied().collect(),
            assignment_epochs: Some(partitions.values().copied().collect()),
        };
    assigned.iter().map(of_topic).collect()
}
