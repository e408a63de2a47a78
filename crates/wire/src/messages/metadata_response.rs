//! `MetadataResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `MetadataResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 3, versions = "0-13", flexible = "9+")]
pub struct MetadataResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "3+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `Brokers`.
    #[field(versions = "0+")]
    pub brokers: Vec<MetadataResponseBroker<'a>>,
    /// Kafka's `ClusterId`.
    #[field(versions = "2+", nullable = "2+", default = null, ignorable)]
    pub cluster_id: Option<&'a str>,
    /// Kafka's `ControllerId`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub controller_id: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<MetadataResponseTopic<'a>>,
    /// Kafka's `ClusterAuthorizedOperations`.
    #[field(versions = "8-10", default = -2147483648)]
    pub cluster_authorized_operations: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "13+", ignorable)]
    pub error_code: i16,
}

/// Kafka's `MetadataResponseBroker`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-13", flexible = "9+")]
pub struct MetadataResponseBroker<'a> {
    /// Kafka's `NodeId`.
    #[field(versions = "0+")]
    pub node_id: i32,
    /// Kafka's `Host`.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "0+")]
    pub port: i32,
    /// Kafka's `Rack`.
    #[field(versions = "1+", nullable = "1+", default = null, ignorable)]
    pub rack: Option<&'a str>,
}

/// Kafka's `MetadataResponseTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-13", flexible = "9+")]
pub struct MetadataResponseTopic<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `Name`.
    #[field(versions = "0+", nullable = "12+")]
    pub name: Option<&'a str>,
    /// Kafka's `TopicId`.
    #[field(versions = "10+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `IsInternal`.
    #[field(versions = "1+", ignorable)]
    pub is_internal: bool,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<MetadataResponsePartition>,
    /// Kafka's `TopicAuthorizedOperations`.
    #[field(versions = "8+", default = -2147483648)]
    pub topic_authorized_operations: i32,
}

/// Kafka's `MetadataResponsePartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-13", flexible = "9+")]
pub struct MetadataResponsePartition {
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
    #[field(versions = "7+", default = -1, ignorable)]
    pub leader_epoch: i32,
    /// Kafka's `ReplicaNodes`.
    #[field(versions = "0+")]
    pub replica_nodes: Vec<i32>,
    /// Kafka's `IsrNodes`.
    #[field(versions = "0+")]
    pub isr_nodes: Vec<i32>,
    /// Kafka's `OfflineReplicas`.
    #[field(versions = "5+", ignorable)]
    pub offline_replicas: Vec<i32>,
}
