//! `DescribeTopicPartitionsResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `DescribeTopicPartitionsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 75, versions = "0", flexible = "0+")]
pub struct DescribeTopicPartitionsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<DescribeTopicPartitionsResponseTopic<'a>>,
    /// Kafka's `NextCursor`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub next_cursor: Option<Cursor<'a>>,
}

/// Kafka's `DescribeTopicPartitionsResponseTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DescribeTopicPartitionsResponseTopic<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `Name`.
    #[field(versions = "0+", nullable = "0+")]
    pub name: Option<&'a str>,
    /// Kafka's `TopicId`.
    #[field(versions = "0+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `IsInternal`.
    #[field(versions = "0+", ignorable)]
    pub is_internal: bool,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<DescribeTopicPartitionsResponsePartition>,
    /// Kafka's `TopicAuthorizedOperations`.
    #[field(versions = "0+", default = -2147483648)]
    pub topic_authorized_operations: i32,
}

/// Kafka's `DescribeTopicPartitionsResponsePartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DescribeTopicPartitionsResponsePartition {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `LeaderId`.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+", default = -1, ignorable)]
    pub leader_epoch: i32,
    /// Kafka's `ReplicaNodes`.
    #[field(versions = "0+")]
    pub replica_nodes: Vec<i32>,
    /// Kafka's `IsrNodes`.
    #[field(versions = "0+")]
    pub isr_nodes: Vec<i32>,
    /// Kafka's `EligibleLeaderReplicas`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub eligible_leader_replicas: Option<Vec<i32>>,
    /// Kafka's `LastKnownElr`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub last_known_elr: Option<Vec<i32>>,
    /// Kafka's `OfflineReplicas`.
    #[field(versions = "0+", ignorable)]
    pub offline_replicas: Vec<i32>,
}

/// Kafka's `Cursor`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct Cursor<'a> {
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
}
