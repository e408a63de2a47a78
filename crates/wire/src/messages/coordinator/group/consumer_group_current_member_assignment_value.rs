//! `ConsumerGroupCurrentMemberAssignmentValue`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `ConsumerGroupCurrentMemberAssignmentValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 8, versions = "0", flexible = "0+")]
pub struct ConsumerGroupCurrentMemberAssignmentValue {
    /// Kafka's `MemberEpoch`.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// Kafka's `PreviousMemberEpoch`.
    #[field(versions = "0+")]
    pub previous_member_epoch: i32,
    /// Kafka's `State`.
    #[field(versions = "0+")]
    pub state: i8,
    /// Kafka's `AssignedPartitions`.
    #[field(versions = "0+")]
    pub assigned_partitions: Vec<TopicPartitions>,
    /// Kafka's `PartitionsPendingRevocation`.
    #[field(versions = "0+")]
    pub partitions_pending_revocation: Vec<TopicPartitions>,
}

/// Kafka's `TopicPartitions`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicPartitions {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
    /// Kafka's `AssignmentEpochs`.
    #[field(versions = "0+", nullable = "0+", tag = 0)]
    pub assignment_epochs: Option<Vec<i32>>,
}
