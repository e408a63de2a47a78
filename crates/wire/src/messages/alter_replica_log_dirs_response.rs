//! `AlterReplicaLogDirsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `AlterReplicaLogDirsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 34, versions = "1-2", flexible = "2+")]
pub struct AlterReplicaLogDirsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Results`.
    #[field(versions = "0+")]
    pub results: Vec<AlterReplicaLogDirTopicResult<'a>>,
}

/// Kafka's `AlterReplicaLogDirTopicResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "2+")]
pub struct AlterReplicaLogDirTopicResult<'a> {
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<AlterReplicaLogDirPartitionResult>,
}

/// Kafka's `AlterReplicaLogDirPartitionResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "2+")]
pub struct AlterReplicaLogDirPartitionResult {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
}
