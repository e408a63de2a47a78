//! `OffsetDeleteResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `OffsetDeleteResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 47, versions = "0")]
pub struct OffsetDeleteResponse<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<OffsetDeleteResponseTopic<'a>>,
}

/// Kafka's `OffsetDeleteResponseTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0")]
pub struct OffsetDeleteResponseTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<OffsetDeleteResponsePartition>,
}

/// Kafka's `OffsetDeleteResponsePartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0")]
pub struct OffsetDeleteResponsePartition {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
}
