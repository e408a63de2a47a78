//! `ReadShareGroupStateSummaryResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `ReadShareGroupStateSummaryResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 87, versions = "0-1", flexible = "0+")]
pub struct ReadShareGroupStateSummaryResponse<'a> {
    /// Kafka's `Results`.
    #[field(versions = "0+")]
    pub results: Vec<ReadStateSummaryResult<'a>>,
}

/// Kafka's `ReadStateSummaryResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct ReadStateSummaryResult<'a> {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionResult<'a>>,
}

/// Kafka's `PartitionResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct PartitionResult<'a> {
    /// Kafka's `Partition`.
    #[field(versions = "0+")]
    pub partition: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// Kafka's `StateEpoch`.
    #[field(versions = "0+")]
    pub state_epoch: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// Kafka's `StartOffset`.
    #[field(versions = "0+")]
    pub start_offset: i64,
    /// Kafka's `DeliveryCompleteCount`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub delivery_complete_count: i32,
}
