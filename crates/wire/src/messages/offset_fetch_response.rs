//! `OffsetFetchResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `OffsetFetchResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 9, versions = "1-10", flexible = "6+")]
pub struct OffsetFetchResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "3+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0-7")]
    pub topics: Vec<OffsetFetchResponseTopic<'a>>,
    /// Kafka's `ErrorCode`.
    #[field(versions = "2-7", ignorable)]
    pub error_code: i16,
    /// Kafka's `Groups`.
    #[field(versions = "8+")]
    pub groups: Vec<OffsetFetchResponseGroup<'a>>,
}

/// Kafka's `OffsetFetchResponseTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchResponseTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0-7")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0-7")]
    pub partitions: Vec<OffsetFetchResponsePartition<'a>>,
}

/// Kafka's `OffsetFetchResponsePartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchResponsePartition<'a> {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0-7")]
    pub partition_index: i32,
    /// Kafka's `CommittedOffset`.
    #[field(versions = "0-7")]
    pub committed_offset: i64,
    /// Kafka's `CommittedLeaderEpoch`.
    #[field(versions = "5-7", default = -1, ignorable)]
    pub committed_leader_epoch: i32,
    /// Kafka's `Metadata`.
    #[field(versions = "0-7", nullable = "0-7")]
    pub metadata: Option<&'a str>,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0-7")]
    pub error_code: i16,
}

/// Kafka's `OffsetFetchResponseGroup`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchResponseGroup<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "8+")]
    pub group_id: &'a str,
    /// Kafka's `Topics`.
    #[field(versions = "8+")]
    pub topics: Vec<OffsetFetchResponseTopics<'a>>,
    /// Kafka's `ErrorCode`.
    #[field(versions = "8+")]
    pub error_code: i16,
}

/// Kafka's `OffsetFetchResponseTopics`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchResponseTopics<'a> {
    /// Kafka's `Name`.
    #[field(versions = "8-9", ignorable)]
    pub name: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "10+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "8+")]
    pub partitions: Vec<OffsetFetchResponsePartitions<'a>>,
}

/// Kafka's `OffsetFetchResponsePartitions`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchResponsePartitions<'a> {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "8+")]
    pub partition_index: i32,
    /// Kafka's `CommittedOffset`.
    #[field(versions = "8+")]
    pub committed_offset: i64,
    /// Kafka's `CommittedLeaderEpoch`.
    #[field(versions = "8+", default = -1, ignorable)]
    pub committed_leader_epoch: i32,
    /// Kafka's `Metadata`.
    #[field(versions = "8+", nullable = "8+")]
    pub metadata: Option<&'a str>,
    /// Kafka's `ErrorCode`.
    #[field(versions = "8+")]
    pub error_code: i16,
}
