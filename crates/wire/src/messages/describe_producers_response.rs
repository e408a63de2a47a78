//! `DescribeProducersResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `DescribeProducersResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 61, versions = "0", flexible = "0+")]
pub struct DescribeProducersResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicResponse<'a>>,
}

/// Kafka's `TopicResponse`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicResponse<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionResponse<'a>>,
}

/// Kafka's `PartitionResponse`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct PartitionResponse<'a> {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// Kafka's `ActiveProducers`.
    #[field(versions = "0+")]
    pub active_producers: Vec<ProducerState>,
}

/// Kafka's `ProducerState`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ProducerState {
    /// Kafka's `ProducerId`.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// Kafka's `ProducerEpoch`.
    #[field(versions = "0+")]
    pub producer_epoch: i32,
    /// Kafka's `LastSequence`.
    #[field(versions = "0+", default = -1)]
    pub last_sequence: i32,
    /// Kafka's `LastTimestamp`.
    #[field(versions = "0+", default = -1)]
    pub last_timestamp: i64,
    /// Kafka's `CoordinatorEpoch`.
    #[field(versions = "0+")]
    pub coordinator_epoch: i32,
    /// Kafka's `CurrentTxnStartOffset`.
    #[field(versions = "0+", default = -1)]
    pub current_txn_start_offset: i64,
}
