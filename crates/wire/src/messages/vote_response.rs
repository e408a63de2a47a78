//! `VoteResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `VoteResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 52, versions = "0-2", flexible = "0+")]
pub struct VoteResponse<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData<'a>>,
    /// Kafka's `NodeEndpoints`.
    #[field(versions = "1+", tag = 0)]
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
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
    pub partitions: Vec<PartitionData>,
}

/// Kafka's `PartitionData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct PartitionData {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `LeaderId`.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// Kafka's `VoteGranted`.
    #[field(versions = "0+")]
    pub vote_granted: bool,
}

/// Kafka's `NodeEndpoint`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct NodeEndpoint<'a> {
    /// Kafka's `NodeId`.
    #[field(versions = "1+")]
    pub node_id: i32,
    /// Kafka's `Host`.
    #[field(versions = "1+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "1+")]
    pub port: u16,
}
