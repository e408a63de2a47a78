//! `DeleteRecordsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `DeleteRecordsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 21, versions = "0-2", flexible = "2+")]
pub struct DeleteRecordsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<DeleteRecordsTopicResult<'a>>,
}

/// Kafka's `DeleteRecordsTopicResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct DeleteRecordsTopicResult<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<DeleteRecordsPartitionResult>,
}

/// Kafka's `DeleteRecordsPartitionResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct DeleteRecordsPartitionResult {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `LowWatermark`.
    #[field(versions = "0+")]
    pub low_watermark: i64,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
}
