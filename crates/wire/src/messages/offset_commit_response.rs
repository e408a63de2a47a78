//! `OffsetCommitResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `OffsetCommitResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 8, versions = "2-10", flexible = "8+")]
pub struct OffsetCommitResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "3+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<OffsetCommitResponseTopic<'a>>,
}

/// Kafka's `OffsetCommitResponseTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-10", flexible = "8+")]
pub struct OffsetCommitResponseTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0-9", ignorable)]
    pub name: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "10+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<OffsetCommitResponsePartition>,
}

/// Kafka's `OffsetCommitResponsePartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-10", flexible = "8+")]
pub struct OffsetCommitResponsePartition {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
}
