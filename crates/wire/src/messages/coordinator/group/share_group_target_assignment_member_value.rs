//! `ShareGroupTargetAssignmentMemberValue`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `ShareGroupTargetAssignmentMemberValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 13, versions = "0", flexible = "0+")]
pub struct ShareGroupTargetAssignmentMemberValue {
    /// Kafka's `TopicPartitions`.
    #[field(versions = "0+")]
    pub topic_partitions: Vec<TopicPartition>,
}

/// Kafka's `TopicPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicPartition {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
