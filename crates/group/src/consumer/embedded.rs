//! The consumer's own protocol inside the classic one: subscriptions and assignments as classic members write and
//! read them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thalweg_model::Uuid;
use thalweg_wire::messages::data::consumer_protocol_assignment::{
    ConsumerProtocolAssignment, TopicPartition,
};
use thalweg_wire::messages::data::consumer_protocol_subscription::ConsumerProtocolSubscription;
use thalweg_wire::{Decode, Reader, encode_message};

use super::topics::Topics;
use super::types::TopicPartitions;

/// A later version begins like the highest we know.
const VERSION_MAX: i16 = 3;

/// What a member says it wants and has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Subscription {
    pub topics: Arc<BTreeSet<Arc<str>>>,
    pub rack: Option<Arc<str>>,
    pub owned: Vec<(Uuid, Vec<i32>)>,
}

/// Reads a subscription; `None`: it is not one.
pub(super) fn subscription(metadata: &[u8], topics: &dyn Topics) -> Option<Subscription> {
    let mut reader = Reader::new(metadata);
    let version = reader.i16().ok().filter(|version| *version >= 0)?.min(VERSION_MAX);
    let told = ConsumerProtocolSubscription::decode(&mut reader, version).ok()?;
    let owned = told.owned_partitions.into_iter();
    Some(Subscription {
        topics: Arc::new(told.topics.into_iter().map(Arc::from).collect()),
        rack: told.rack_id.filter(|rack| !rack.is_empty()).map(Arc::from),
        owned: owned.filter_map(|of| Some((topics.by_name(of.topic)?.0, of.partitions))).collect(),
    })
}

/// The version a member writes its subscription in: the one it reads assignments in.
pub(super) fn version(metadata: &[u8]) -> i16 {
    Reader::new(metadata).i16().unwrap_or(0).clamp(0, VERSION_MAX)
}

/// Reads an assignment. `None`: it is not one, or holds data of a client's own assignor, which would be lost.
pub(super) fn assignment(bytes: &[u8], topics: &dyn Topics) -> Option<TopicPartitions> {
    if bytes.is_empty() {
        return Some(TopicPartitions::new());
    }
    let mut reader = Reader::new(bytes);
    let version = reader.i16().ok().filter(|version| *version >= 0)?.min(VERSION_MAX);
    let told = ConsumerProtocolAssignment::decode(&mut reader, version).ok()?;
    if told.user_data.is_some_and(|data| !data.is_empty()) {
        return None;
    }
    let mut assigned = TopicPartitions::new();
    for of in told.assigned_partitions {
        if let Some((id, count)) = topics.by_name(of.topic) {
            let partitions = of.partitions.into_iter().filter(|partition| (0..count).contains(partition));
            let partitions: BTreeSet<i32> = partitions.collect();
            if !partitions.is_empty() {
                assigned.entry(id).or_default().extend(partitions);
            }
        }
    }
    Some(assigned)
}

/// Writes an assignment as a classic member of this version reads it. Topics that are gone are left out.
pub(super) fn write_assignment(assigned: &TopicPartitions, topics: &dyn Topics, version: i16) -> Vec<u8> {
    let named: BTreeMap<Arc<str>, Vec<i32>> = assigned
        .iter()
        .filter_map(|(id, partitions)| Some((topics.name_of(*id)?, partitions.iter().copied().collect())))
        .collect();
    let assigned_partitions =
        named.iter().map(|(topic, partitions)| TopicPartition { topic, partitions: partitions.clone() });
    let body =
        ConsumerProtocolAssignment { assigned_partitions: assigned_partitions.collect(), user_data: None };
    let mut bytes = version.to_be_bytes().to_vec();
    // Names of topics that exist always fit.
    bytes.extend(encode_message(&body, version).unwrap_or_default());
    bytes
}
