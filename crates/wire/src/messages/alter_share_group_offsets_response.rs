//! `AlterShareGroupOffsetsResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `AlterShareGroupOffsetsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 91, versions = "0", flexible = "0+")]
pub struct AlterShareGroupOffsetsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// Kafka's `Responses`.
    #[field(versions = "0+")]
    pub responses: Vec<AlterShareGroupOffsetsResponseTopic<'a>>,
}

/// Kafka's `AlterShareGroupOffsetsResponseTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct AlterShareGroupOffsetsResponseTopic<'a> {
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<AlterShareGroupOffsetsResponsePartition<'a>>,
}

/// Kafka's `AlterShareGroupOffsetsResponsePartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct AlterShareGroupOffsetsResponsePartition<'a> {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
}
