//! `AssignReplicasToDirsResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `AssignReplicasToDirsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 73, versions = "0", flexible = "0+")]
pub struct AssignReplicasToDirsResponse {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `Directories`.
    #[field(versions = "0+")]
    pub directories: Vec<DirectoryData>,
}

/// Kafka's `DirectoryData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DirectoryData {
    /// Kafka's `Id`.
    #[field(versions = "0+")]
    pub id: Uuid,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData>,
}

/// Kafka's `TopicData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicData {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// Kafka's `PartitionData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct PartitionData {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
}
