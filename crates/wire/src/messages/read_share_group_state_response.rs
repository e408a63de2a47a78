//! `ReadShareGroupStateResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `ReadShareGroupStateResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 84, versions = "0", flexible = "0+")]
pub struct ReadShareGroupStateResponse<'a> {
    /// Kafka's `Results`.
    #[field(versions = "0+")]
    pub results: Vec<ReadStateResult<'a>>,
}

/// Kafka's `ReadStateResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ReadStateResult<'a> {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionResult<'a>>,
}

/// Kafka's `PartitionResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
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
    /// Kafka's `StartOffset`.
    #[field(versions = "0+")]
    pub start_offset: i64,
    /// Kafka's `StateBatches`.
    #[field(versions = "0+")]
    pub state_batches: Vec<StateBatch>,
}

/// Kafka's `StateBatch`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct StateBatch {
    /// Kafka's `FirstOffset`.
    #[field(versions = "0+")]
    pub first_offset: i64,
    /// Kafka's `LastOffset`.
    #[field(versions = "0+")]
    pub last_offset: i64,
    /// Kafka's `DeliveryState`.
    #[field(versions = "0+")]
    pub delivery_state: i8,
    /// Kafka's `DeliveryCount`.
    #[field(versions = "0+")]
    pub delivery_count: i16,
}
