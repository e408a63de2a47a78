//! `ListOffsetsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `ListOffsetsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 2, versions = "1-11", flexible = "6+")]
pub struct ListOffsetsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "2+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<ListOffsetsTopicResponse<'a>>,
}

/// Kafka's `ListOffsetsTopicResponse`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-11", flexible = "6+")]
pub struct ListOffsetsTopicResponse<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<ListOffsetsPartitionResponse>,
}

/// Kafka's `ListOffsetsPartitionResponse`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-11", flexible = "6+")]
pub struct ListOffsetsPartitionResponse {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `Timestamp`.
    #[field(versions = "1+", default = -1)]
    pub timestamp: i64,
    /// Kafka's `Offset`.
    #[field(versions = "1+", default = -1)]
    pub offset: i64,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "4+", default = -1)]
    pub leader_epoch: i32,
}
