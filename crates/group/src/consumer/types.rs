//! Sets of partitions, as targets and as what members have.

use std::collections::{BTreeMap, BTreeSet};

use thalweg_model::Uuid;

/// Partitions by topic id. No topic has an empty set.
pub type TopicPartitions = BTreeMap<Uuid, BTreeSet<i32>>;

/// Partitions by topic id, each with the epoch in which it was assigned (KIP-1251). No topic has an empty map.
pub type Assigned = BTreeMap<Uuid, BTreeMap<i32, i32>>;

/// Whether every partition of a list is among those.
pub(crate) fn contains_all(assigned: &Assigned, owned: &[(Uuid, Vec<i32>)]) -> bool {
    owned.iter().all(|(topic, partitions)| {
        assigned
            .get(topic)
            .is_some_and(|of_topic| partitions.iter().all(|partition| of_topic.contains_key(partition)))
    })
}

/// Whether any partition of a list is among those.
pub(crate) fn contains_any(assigned: &Assigned, owned: &[(Uuid, Vec<i32>)]) -> bool {
    owned.iter().any(|(topic, partitions)| {
        assigned
            .get(topic)
            .is_some_and(|of_topic| partitions.iter().any(|partition| of_topic.contains_key(partition)))
    })
}

/// The partitions without their epochs.
pub(crate) fn without_epochs(assigned: &Assigned) -> TopicPartitions {
    assigned.iter().map(|(topic, partitions)| (*topic, partitions.keys().copied().collect())).collect()
}
