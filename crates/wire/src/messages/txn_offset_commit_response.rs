//! `TxnOffsetCommitResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `TxnOffsetCommitResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 28, versions = "0-6", flexible = "3+")]
pub struct TxnOffsetCommitResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TxnOffsetCommitResponseTopic<'a>>,
}

/// Kafka's `TxnOffsetCommitResponseTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "3+")]
pub struct TxnOffsetCommitResponseTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0-5", ignorable)]
    pub name: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "6+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<TxnOffsetCommitResponsePartition>,
}

/// Kafka's `TxnOffsetCommitResponsePartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "3+")]
pub struct TxnOffsetCommitResponsePartition {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
}
