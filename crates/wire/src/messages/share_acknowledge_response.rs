//! `ShareAcknowledgeResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `ShareAcknowledgeResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 79, versions = "1-2", flexible = "0+")]
pub struct ShareAcknowledgeResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// Kafka's `AcquisitionLockTimeoutMs`.
    #[field(versions = "2+", ignorable)]
    pub acquisition_lock_timeout_ms: i32,
    /// Kafka's `Responses`.
    #[field(versions = "0+")]
    pub responses: Vec<ShareAcknowledgeTopicResponse<'a>>,
    /// Kafka's `NodeEndpoints`.
    #[field(versions = "0+")]
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
}

/// Kafka's `ShareAcknowledgeTopicResponse`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct ShareAcknowledgeTopicResponse<'a> {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData<'a>>,
}

/// Kafka's `PartitionData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct PartitionData<'a> {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// Kafka's `CurrentLeader`.
    #[field(versions = "0+")]
    pub current_leader: LeaderIdAndEpoch,
}

/// Kafka's `LeaderIdAndEpoch`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct LeaderIdAndEpoch {
    /// Kafka's `LeaderId`.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
}

/// Kafka's `NodeEndpoint`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct NodeEndpoint<'a> {
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
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack: Option<&'a str>,
}
