//! `ProduceResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `ProduceResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 0, versions = "3-13", flexible = "9+")]
pub struct ProduceResponse<'a> {
    /// Kafka's `Responses`.
    #[field(versions = "0+")]
    pub responses: Vec<TopicProduceResponse<'a>>,
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `NodeEndpoints`.
    #[field(versions = "10+", tag = 0)]
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
}

/// Kafka's `TopicProduceResponse`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct TopicProduceResponse<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0-12", ignorable)]
    pub name: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "13+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `PartitionResponses`.
    #[field(versions = "0+")]
    pub partition_responses: Vec<PartitionProduceResponse<'a>>,
}

/// Kafka's `PartitionProduceResponse`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct PartitionProduceResponse<'a> {
    /// Kafka's `Index`.
    #[field(versions = "0+")]
    pub index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `BaseOffset`.
    #[field(versions = "0+")]
    pub base_offset: i64,
    /// Kafka's `LogAppendTimeMs`.
    #[field(versions = "2+", default = -1, ignorable)]
    pub log_append_time_ms: i64,
    /// Kafka's `LogStartOffset`.
    #[field(versions = "5+", default = -1, ignorable)]
    pub log_start_offset: i64,
    /// Kafka's `RecordErrors`.
    #[field(versions = "8+", ignorable)]
    pub record_errors: Vec<BatchIndexAndErrorMessage<'a>>,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "8+", nullable = "8+", default = null, ignorable)]
    pub error_message: Option<&'a str>,
    /// Kafka's `CurrentLeader`.
    #[field(versions = "10+", tag = 0)]
    pub current_leader: LeaderIdAndEpoch,
}

/// Kafka's `BatchIndexAndErrorMessage`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct BatchIndexAndErrorMessage<'a> {
    /// Kafka's `BatchIndex`.
    #[field(versions = "8+")]
    pub batch_index: i32,
    /// Kafka's `BatchIndexErrorMessage`.
    #[field(versions = "8+", nullable = "8+", default = null)]
    pub batch_index_error_message: Option<&'a str>,
}

/// Kafka's `LeaderIdAndEpoch`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct LeaderIdAndEpoch {
    /// Kafka's `LeaderId`.
    #[field(versions = "10+", default = -1)]
    pub leader_id: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "10+", default = -1)]
    pub leader_epoch: i32,
}

/// Kafka's `NodeEndpoint`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct NodeEndpoint<'a> {
    /// Kafka's `NodeId`.
    #[field(versions = "10+")]
    pub node_id: i32,
    /// Kafka's `Host`.
    #[field(versions = "10+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "10+")]
    pub port: i32,
    /// Kafka's `Rack`.
    #[field(versions = "10+", nullable = "10+", default = null)]
    pub rack: Option<&'a str>,
}
