//! `AlterPartitionResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `AlterPartitionResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 56, versions = "2-3", flexible = "0+")]
pub struct AlterPartitionResponse {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData>,
}

/// Kafka's `TopicData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-3", flexible = "0+")]
pub struct TopicData {
    /// Kafka's `TopicId`.
    #[field(versions = "2+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// Kafka's `PartitionData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-3", flexible = "0+")]
pub struct PartitionData {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `LeaderId`.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// Kafka's `Isr`.
    #[field(versions = "0+")]
    pub isr: Vec<i32>,
    /// Kafka's `LeaderRecoveryState`.
    #[field(versions = "1+", ignorable)]
    pub leader_recovery_state: i8,
    /// Kafka's `PartitionEpoch`.
    #[field(versions = "0+")]
    pub partition_epoch: i32,
}
