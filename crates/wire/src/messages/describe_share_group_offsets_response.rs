//! `DescribeShareGroupOffsetsResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `DescribeShareGroupOffsetsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 90, versions = "0-1", flexible = "0+")]
pub struct DescribeShareGroupOffsetsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Groups`.
    #[field(versions = "0+")]
    pub groups: Vec<DescribeShareGroupOffsetsResponseGroup<'a>>,
}

/// Kafka's `DescribeShareGroupOffsetsResponseGroup`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribeShareGroupOffsetsResponseGroup<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<DescribeShareGroupOffsetsResponseTopic<'a>>,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
}

/// Kafka's `DescribeShareGroupOffsetsResponseTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribeShareGroupOffsetsResponseTopic<'a> {
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<DescribeShareGroupOffsetsResponsePartition<'a>>,
}

/// Kafka's `DescribeShareGroupOffsetsResponsePartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribeShareGroupOffsetsResponsePartition<'a> {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `StartOffset`.
    #[field(versions = "0+")]
    pub start_offset: i64,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// Kafka's `Lag`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub lag: i64,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
}
