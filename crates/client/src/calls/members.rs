//! What a member of a consumer group says and asks (KIP-848): that it is there, how far it has read, and how far the
//! group had read what it is given.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use thalweg_model::Uuid;
use thalweg_wire::messages::consumer_group_heartbeat_request::TopicPartitions;
use thalweg_wire::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use thalweg_wire::messages::offset_fetch_request::{OffsetFetchRequestGroup, OffsetFetchRequestTopics};
use thalweg_wire::messages::{
    ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse, OffsetCommitRequest, OffsetCommitResponse,
    OffsetFetchRequest, OffsetFetchResponse,
};
use thalweg_wire::{Encode, ErrorCode};

use super::wire_ms;
use crate::error::error_code;
use crate::{Answer, BrokerError, Call, CallError, Target};

/// A topic's name and a partition of it.
pub type TopicPartition = (String, i32);

/// A member of a group, as every request of it names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberIdentity {
    /// The group.
    pub group: String,
    /// The member's id, made by itself.
    pub member: String,
    /// Its epoch: 0 joins, −1 leaves.
    pub epoch: i32,
}

/// What a heartbeat says beyond that the member is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BeatDetails {
    /// Subscription and rebalance timeout, for a member that joins or was out of reach.
    pub subscription: Option<(Vec<String>, Duration)>,
    /// What the member has, by topic id, if the coordinator should know.
    pub owned: Option<BTreeMap<Uuid, Vec<i32>>>,
}

/// A heartbeat. Told once: whoever sends it decides what comes next.
#[must_use]
pub fn member_beat(node: i32, who: MemberIdentity, details: BeatDetails) -> Call {
    Call::new::<ConsumerGroupHeartbeatRequest<'_>>(0..=1, move |version, w| {
        let subscription = details.subscription.as_ref();
        let owned = details.owned.as_ref().map(|owned| {
            let topics = owned.iter();
            topics.map(|(&topic_id, of)| TopicPartitions { topic_id, partitions: of.clone() }).collect()
        });
        ConsumerGroupHeartbeatRequest {
            group_id: &who.group,
            member_id: &who.member,
            member_epoch: who.epoch,
            rebalance_timeout_ms: subscription.map_or(-1, |(_, timeout)| wire_ms(*timeout)),
            subscribed_topic_names: subscription
                .map(|(topics, _)| topics.iter().map(String::as_str).collect()),
            topic_partitions: owned,
            ..Default::default()
        }
        .encode(w, version)
    })
    .to(Target::Node(node))
    .once()
}

/// What a coordinator answers to a heartbeat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beaten {
    /// The member's epoch from now on.
    pub epoch: i32,
    /// Until the next heartbeat.
    pub interval: Duration,
    /// What the member shall read, by topic id, if there is something to say.
    pub assignment: Option<BTreeMap<Uuid, Vec<i32>>>,
}

/// The answer to [`member_beat`].
pub fn read_beat(answer: &Answer) -> Result<Beaten, CallError> {
    let response: ConsumerGroupHeartbeatResponse<'_> = answer.decode()?;
    BrokerError::check(response.error_code, response.error_message)?;
    let assignment = response.assignment.map(|assignment| {
        let topics = assignment.topic_partitions.into_iter();
        topics.map(|topic| (topic.topic_id, topic.partitions)).collect()
    });
    let interval = Duration::from_millis(u64::try_from(response.heartbeat_interval_ms).unwrap_or(0));
    Ok(Beaten { epoch: response.member_epoch, interval, assignment })
}

/// Commits how far a member has read. Told once.
#[must_use]
pub fn commit_member_offsets(node: i32, who: MemberIdentity, offsets: BTreeMap<TopicPartition, i64>) -> Call {
    Call::new::<OffsetCommitRequest<'_>>(9..=9, move |version, w| {
        let mut topics: Vec<OffsetCommitRequestTopic<'_>> = Vec::new();
        for ((name, partition), offset) in &offsets {
            if topics.last().is_none_or(|last| last.name != name) {
                topics.push(OffsetCommitRequestTopic { name, ..Default::default() });
            }
            if let Some(last) = topics.last_mut() {
                last.partitions.push(OffsetCommitRequestPartition {
                    partition_index: *partition,
                    committed_offset: *offset,
                    committed_metadata: Some(""),
                    ..Default::default()
                });
            }
        }
        OffsetCommitRequest {
            group_id: &who.group,
            generation_id_or_member_epoch: who.epoch,
            member_id: &who.member,
            topics,
            ..Default::default()
        }
        .encode(w, version)
    })
    .to(Target::Node(node))
    .once()
}

/// The answer to [`commit_member_offsets`]: what came of each partition.
pub fn read_member_commit(answer: &Answer) -> Result<BTreeMap<TopicPartition, ErrorCode>, CallError> {
    let response: OffsetCommitResponse<'_> = answer.decode()?;
    let partitions = response.topics.iter().flat_map(|topic| {
        let of_topic = topic.partitions.iter();
        of_topic.map(|of| ((topic.name.to_owned(), of.partition_index), error_code(of.error_code)))
    });
    Ok(partitions.collect())
}

/// Asks how far the group has read these partitions, transactions that are on their way included. Told once.
#[must_use]
pub fn fetch_member_offsets(node: i32, who: MemberIdentity, of: BTreeSet<TopicPartition>) -> Call {
    Call::new::<OffsetFetchRequest<'_>>(9..=9, move |version, w| {
        let mut topics: Vec<OffsetFetchRequestTopics<'_>> = Vec::new();
        for (name, partition) in &of {
            if topics.last().is_none_or(|last| last.name != name) {
                topics.push(OffsetFetchRequestTopics { name, ..Default::default() });
            }
            if let Some(last) = topics.last_mut() {
                last.partition_indexes.push(*partition);
            }
        }
        let group = OffsetFetchRequestGroup {
            group_id: &who.group,
            member_id: Some(&who.member),
            member_epoch: who.epoch,
            topics: Some(topics),
        };
        OffsetFetchRequest { groups: vec![group], require_stable: true, ..Default::default() }
            .encode(w, version)
    })
    .to(Target::Node(node))
    .once()
}

/// The answer to [`fetch_member_offsets`]: where the group is in each partition, if it has been there.
pub fn read_member_offsets(answer: &Answer) -> Result<BTreeMap<TopicPartition, Option<i64>>, CallError> {
    let response: OffsetFetchResponse<'_> = answer.decode()?;
    let mut offsets = BTreeMap::new();
    for group in &response.groups {
        BrokerError::check(group.error_code, None)?;
        for topic in &group.topics {
            for partition in &topic.partitions {
                BrokerError::check(partition.error_code, None)?;
                let committed = Some(partition.committed_offset).filter(|offset| *offset >= 0);
                offsets.insert((topic.name.to_owned(), partition.partition_index), committed);
            }
        }
    }
    Ok(offsets)
}
