//! `DescribeQuorumResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `DescribeQuorumResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 55, versions = "0-2", flexible = "0+")]
pub struct DescribeQuorumResponse<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "2+", nullable = "2+", ignorable)]
    pub error_message: Option<&'a str>,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData<'a>>,
    /// Kafka's `Nodes`.
    #[field(versions = "2+")]
    pub nodes: Vec<Node<'a>>,
}

/// Kafka's `TopicData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct TopicData<'a> {
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData<'a>>,
}

/// Kafka's `PartitionData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct PartitionData<'a> {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "2+", nullable = "2+", ignorable)]
    pub error_message: Option<&'a str>,
    /// Kafka's `LeaderId`.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// Kafka's `HighWatermark`.
    #[field(versions = "0+")]
    pub high_watermark: i64,
    /// Kafka's `CurrentVoters`.
    #[field(versions = "0+")]
    pub current_voters: Vec<ReplicaState>,
    /// Kafka's `Observers`.
    #[field(versions = "0+")]
    pub observers: Vec<ReplicaState>,
}

/// Kafka's `ReplicaState`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct ReplicaState {
    /// Kafka's `ReplicaId`.
    #[field(versions = "0+")]
    pub replica_id: i32,
    /// Kafka's `ReplicaDirectoryId`.
    #[field(versions = "2+")]
    pub replica_directory_id: Uuid,
    /// Kafka's `LogEndOffset`.
    #[field(versions = "0+")]
    pub log_end_offset: i64,
    /// Kafka's `LastFetchTimestamp`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub last_fetch_timestamp: i64,
    /// Kafka's `LastCaughtUpTimestamp`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub last_caught_up_timestamp: i64,
}

/// Kafka's `Node`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct Node<'a> {
    /// Kafka's `NodeId`.
    #[field(versions = "2+")]
    pub node_id: i32,
    /// Kafka's `Listeners`.
    #[field(versions = "2+")]
    pub listeners: Vec<Listener<'a>>,
}

/// Kafka's `Listener`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct Listener<'a> {
    /// Kafka's `Name`.
    #[field(versions = "2+")]
    pub name: &'a str,
    /// Kafka's `Host`.
    #[field(versions = "2+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "2+")]
    pub port: u16,
}
