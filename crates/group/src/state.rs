//! The replayed state: what `__consumer_offsets` holds for one partition, as persistent maps, so that a snapshot
//! is a clone. Decides nothing.

use std::sync::Arc;

use crate::consumer::ConsumerGroup;
use crate::foreign::ForeignGroup;
use imbl::OrdMap;
use thalweg_coordinator::{CoordinatorRecord, ReplayError};
use thalweg_model::{ProducerId, Uuid};
use thalweg_wire::messages::coordinator::group::{
    GroupMetadataKey, GroupMetadataValue, OffsetCommitKey, OffsetCommitValue, group_metadata_value,
};
use thalweg_wire::records::{GroupKey, GroupValue, encode_coordinator_key, encode_coordinator_value};

/// Committed offsets of one group by topic and partition.
pub(crate) type GroupOffsets = OrdMap<(Arc<str>, i32), Arc<CommittedOffset>>;

/// A committed offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommittedOffset {
    pub offset: i64,
    pub leader_epoch: i32,
    pub metadata: Arc<str>,
    pub commit_timestamp: i64,
    /// Only old clients name one.
    pub expire_timestamp: Option<i64>,
    pub topic_id: Uuid,
}

/// A classic group as last written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredGroup {
    pub protocol_type: String,
    pub generation: i32,
    pub protocol: Option<String>,
    pub leader: Option<Arc<str>>,
    pub state_timestamp: Option<i64>,
    pub members: Vec<StoredMember>,
}

/// A member as last written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredMember {
    pub id: Arc<str>,
    pub instance: Option<Arc<str>>,
    pub client_id: Arc<str>,
    pub client_host: Arc<str>,
    pub rebalance_timeout_ms: i32,
    pub session_timeout_ms: i32,
    pub subscription: Arc<[u8]>,
    pub assignment: Arc<[u8]>,
}

/// Everything that is in the log.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    pub groups: OrdMap<Arc<str>, Arc<StoredGroup>>,
    /// Groups that speak the protocol of KIP-848. No id is in `groups` too.
    pub consumers: OrdMap<Arc<str>, Arc<ConsumerGroup>>,
    pub offsets: OrdMap<Arc<str>, GroupOffsets>,
    /// Groups of kinds that are not served.
    pub foreign: OrdMap<Arc<str>, Arc<ForeignGroup>>,
    /// Offsets committed in transactions that have not ended, by producer.
    pub pending: OrdMap<ProducerId, PendingOffsets>,
}

/// Offsets of one producer's open transaction by group, topic and partition.
pub(crate) type PendingOffsets = OrdMap<(Arc<str>, Arc<str>, i32), Arc<CommittedOffset>>;

/// What a replayed record was about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Touched {
    Group(Arc<str>),
    Consumer(Arc<str>),
    Offsets,
    /// A kind of record that this build has no use for.
    Other,
}

impl State {
    /// Takes a record in.
    pub fn replay(&mut self, record: &CoordinatorRecord) -> Result<Touched, ReplayError> {
        let unreadable = |what: &str, error: &dyn std::fmt::Display| ReplayError(format!("{what}: {error}"));
        let key = match GroupKey::decode(&record.key) {
            Ok(key) => key,
            // A newer Kafka may have written kinds we do not know; it says what to do: skip them.
            Err(thalweg_wire::DecodeError::RecordType(_)) => return Ok(Touched::Other),
            Err(error) => return Err(unreadable("the key of a coordinator record", &error)),
        };
        if let Some(touched) = self.replay_foreign(&key, record.value.is_some()) {
            return Ok(touched);
        }
        let value = match &record.value {
            None => None,
            Some(bytes) => match key.decode_value(bytes) {
                Ok((value, _)) => Some(value),
                Err(error) => return Err(unreadable("the value of a coordinator record", &error)),
            },
        };
        if let Some(touched) = self.replay_consumer(&key, value.as_ref()) {
            return Ok(touched);
        }
        Ok(match (key, value) {
            (GroupKey::OffsetCommit(key), Some(GroupValue::OffsetCommit(value))) => {
                self.put_offset(
                    key.group,
                    key.topic,
                    key.partition,
                    CommittedOffset {
                        offset: value.offset,
                        leader_epoch: value.leader_epoch,
                        metadata: Arc::from(value.metadata),
                        commit_timestamp: value.commit_timestamp,
                        expire_timestamp: (value.expire_timestamp >= 0).then_some(value.expire_timestamp),
                        topic_id: value.topic_id,
                    },
                );
                Touched::Offsets
            }
            (GroupKey::LegacyOffsetCommit(key), Some(GroupValue::LegacyOffsetCommit(value))) => {
                self.put_offset(
                    key.group,
                    key.topic,
                    key.partition,
                    CommittedOffset {
                        offset: value.offset,
                        leader_epoch: -1,
                        metadata: Arc::from(value.metadata),
                        commit_timestamp: value.commit_timestamp,
                        expire_timestamp: None,
                        topic_id: Uuid::ZERO,
                    },
                );
                Touched::Offsets
            }
            (GroupKey::OffsetCommit(key), None) => self.drop_offset(key.group, key.topic, key.partition),
            (GroupKey::LegacyOffsetCommit(key), None) => {
                self.drop_offset(key.group, key.topic, key.partition)
            }
            (GroupKey::GroupMetadata(key), Some(GroupValue::GroupMetadata(value))) => {
                let group: Arc<str> = Arc::from(key.group);
                self.consumers.remove(key.group);
                self.groups.insert(Arc::clone(&group), Arc::new(stored(&value)));
                Touched::Group(group)
            }
            (GroupKey::GroupMetadata(key), None) => {
                self.groups.remove(key.group);
                Touched::Group(Arc::from(key.group))
            }
            _ => Touched::Other,
        })
    }

    /// Takes a record of an open transaction in: of offsets alone, nothing else is written in transactions.
    pub fn replay_of_transaction(
        &mut self,
        producer: ProducerId,
        record: &CoordinatorRecord,
    ) -> Result<(), ReplayError> {
        let mut single = Self::default();
        single.replay(record)?;
        for (group, offsets) in single.offsets {
            let pending = self.pending.entry(producer).or_default();
            for ((topic, partition), offset) in offsets {
                pending.insert((Arc::clone(&group), topic, partition), offset);
            }
        }
        Ok(())
    }

    /// A transaction has ended: its offsets count from now on, or never.
    pub fn end_transaction(&mut self, producer: ProducerId, commits: bool) {
        let ended = self.pending.remove(&producer).filter(|_| commits);
        for ((group, topic, partition), offset) in ended.into_iter().flatten() {
            self.offsets.entry(group).or_default().insert((topic, partition), offset);
        }
    }

    /// Whether a transaction that has not ended has committed an offset for this partition.
    pub fn is_pending(&self, group: &Arc<str>, topic: &Arc<str>, partition: i32) -> bool {
        let key = (Arc::clone(group), Arc::clone(topic), partition);
        self.pending.values().any(|offsets| offsets.contains_key(&key))
    }

    /// What transactions that have not ended have committed for this group.
    pub fn pending_of(&self, group: &Arc<str>) -> Vec<(Arc<str>, i32)> {
        let first = (Arc::clone(group), Arc::from(""), i32::MIN);
        let of_group = |offsets: &PendingOffsets| -> Vec<(Arc<str>, i32)> {
            let behind = offsets.range(first.clone()..).take_while(|(key, _)| key.0 == *group);
            behind.map(|((_, topic, partition), _)| (Arc::clone(topic), *partition)).collect()
        };
        self.pending.values().flat_map(of_group).collect()
    }

    /// The offset committed for a partition.
    pub fn offset(&self, group: &str, topic: &Arc<str>, partition: i32) -> Option<&Arc<CommittedOffset>> {
        self.offsets.get(group)?.get(&(Arc::clone(topic), partition))
    }

    fn put_offset(&mut self, group: &str, topic: &str, partition: i32, mut offset: CommittedOffset) {
        let Some(offsets) = self.offsets.get_mut(group) else {
            let key = (Arc::from(topic), partition);
            self.offsets.insert(Arc::from(group), OrdMap::unit(key, Arc::new(offset)));
            return;
        };
        let mut key: (Arc<str>, i32) = (Arc::from(topic), partition);
        // One name, and one empty text, for all partitions of a topic: a million offsets need not hold a million copies.
        if let Some(((name, _), neighbour)) = offsets.get_prev(&key)
            && **name == *topic
        {
            key.0 = Arc::clone(name);
            if neighbour.metadata == offset.metadata {
                offset.metadata = Arc::clone(&neighbour.metadata);
            }
        }
        offsets.insert(key, Arc::new(offset));
    }

    fn drop_offset(&mut self, group: &str, topic: &str, partition: i32) -> Touched {
        if let Some(offsets) = self.offsets.get_mut(group) {
            offsets.remove(&(Arc::from(topic), partition));
            if offsets.is_empty() {
                self.offsets.remove(group);
            }
        }
        // What open transactions committed goes with it, as in Kafka.
        let key = (Arc::from(group), Arc::from(topic), partition);
        let touched: Vec<ProducerId> = self
            .pending
            .iter()
            .filter(|(_, offsets)| offsets.contains_key(&key))
            .map(|(id, _)| *id)
            .collect();
        for producer in touched {
            if let Some(offsets) = self.pending.get_mut(&producer) {
                offsets.remove(&key);
            }
        }
        Touched::Offsets
    }
}

fn stored(value: &GroupMetadataValue<'_>) -> StoredGroup {
    let member = |member: &group_metadata_value::MemberMetadata<'_>| StoredMember {
        id: Arc::from(member.member_id),
        instance: member.group_instance_id.map(Arc::from),
        client_id: Arc::from(member.client_id),
        client_host: Arc::from(member.client_host),
        // Version 0 had none: the session timeout stood for it.
        rebalance_timeout_ms: match member.rebalance_timeout {
            -1 => member.session_timeout,
            ms => ms,
        },
        session_timeout_ms: member.session_timeout,
        subscription: Arc::from(member.subscription),
        assignment: Arc::from(member.assignment),
    };
    StoredGroup {
        protocol_type: value.protocol_type.to_owned(),
        generation: value.generation,
        protocol: value.protocol.map(ToOwned::to_owned),
        leader: value.leader.map(Arc::from),
        state_timestamp: (value.current_state_timestamp >= 0).then_some(value.current_state_timestamp),
        members: value.members.iter().map(member).collect(),
    }
}

/// Version in which Kafka 4.4 writes classic groups: the highest that is not flexible.
const GROUP_VERSION: i16 = 3;
/// The only version that carries an expiry of the offset's own.
const OFFSET_VERSION_WITH_EXPIRY: i16 = 1;
/// Version in which Kafka 4.4 writes offsets otherwise.
const OFFSET_VERSION: i16 = 4;

/// The record of a classic group. `None`: a text is too long for it.
pub(crate) fn group_record(group: &str, stored: &StoredGroup) -> Option<CoordinatorRecord> {
    let members = stored.members.iter().map(|member| group_metadata_value::MemberMetadata {
        member_id: &member.id,
        group_instance_id: member.instance.as_deref(),
        client_id: &member.client_id,
        client_host: &member.client_host,
        rebalance_timeout: member.rebalance_timeout_ms,
        session_timeout: member.session_timeout_ms,
        subscription: &member.subscription,
        assignment: &member.assignment,
    });
    let value = GroupMetadataValue {
        protocol_type: &stored.protocol_type,
        generation: stored.generation,
        protocol: stored.protocol.as_deref(),
        leader: stored.leader.as_deref(),
        current_state_timestamp: stored.state_timestamp.unwrap_or(-1),
        members: members.collect(),
    };
    let mut bytes = Vec::new();
    encode_coordinator_value(&value, GROUP_VERSION, &mut bytes).ok()?;
    Some(CoordinatorRecord { key: group_key(group)?, value: Some(bytes) })
}

/// Deletes a classic group.
pub(crate) fn group_tombstone(group: &str) -> Option<CoordinatorRecord> {
    Some(CoordinatorRecord { key: group_key(group)?, value: None })
}

fn group_key(group: &str) -> Option<Vec<u8>> {
    let mut key = Vec::new();
    encode_coordinator_key(&GroupMetadataKey { group }, &mut key).ok()?;
    Some(key)
}

/// The record of a committed offset. `None`: a text is too long for it.
pub(crate) fn offset_record(
    group: &str,
    topic: &str,
    partition: i32,
    offset: &CommittedOffset,
) -> Option<CoordinatorRecord> {
    let value = OffsetCommitValue {
        offset: offset.offset,
        leader_epoch: offset.leader_epoch,
        metadata: &offset.metadata,
        commit_timestamp: offset.commit_timestamp,
        expire_timestamp: offset.expire_timestamp.unwrap_or(-1),
        topic_id: offset.topic_id,
    };
    let version = if offset.expire_timestamp.is_some() { OFFSET_VERSION_WITH_EXPIRY } else { OFFSET_VERSION };
    let mut bytes = Vec::new();
    encode_coordinator_value(&value, version, &mut bytes).ok()?;
    Some(CoordinatorRecord { key: offset_key(group, topic, partition)?, value: Some(bytes) })
}

/// Deletes a committed offset.
pub(crate) fn offset_tombstone(group: &str, topic: &str, partition: i32) -> Option<CoordinatorRecord> {
    Some(CoordinatorRecord { key: offset_key(group, topic, partition)?, value: None })
}

fn offset_key(group: &str, topic: &str, partition: i32) -> Option<Vec<u8>> {
    let mut key = Vec::new();
    encode_coordinator_key(&OffsetCommitKey { group, topic, partition }, &mut key).ok()?;
    Some(key)
}
