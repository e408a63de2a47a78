//! ShareAcknowledge (API key 79), response: per partition, whether the acknowledgements were taken.
//!
//! Versions 1 to 2, flexible.
//!
//! - v2: adds `acquisition_lock_timeout_ms`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`ShareAcknowledgeRequest`](super::ShareAcknowledgeRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 79, versions = "1-2", flexible = "0+")]
pub struct ShareAcknowledgeResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// For how long acquired records are the consumer's, in milliseconds.
    #[field(versions = "2+", ignorable)]
    pub acquisition_lock_timeout_ms: i32,
    /// One entry per topic.
    #[field(versions = "0+")]
    pub responses: Vec<ShareAcknowledgeTopicResponse<'a>>,
    /// Where the brokers named above can be reached.
    #[field(versions = "0+")]
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
}

/// One entry of [`ShareAcknowledgeResponse::responses`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct ShareAcknowledgeTopicResponse<'a> {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData<'a>>,
}

/// One entry of [`ShareAcknowledgeTopicResponse::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct PartitionData<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// The partition's leader, where the sender seems not to know it.
    #[field(versions = "0+")]
    pub current_leader: LeaderIdAndEpoch,
}

/// A partition's leader and its epoch.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct LeaderIdAndEpoch {
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
}

/// Where a broker named above can be reached.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct NodeEndpoint<'a> {
    /// The node's id.
    #[field(versions = "0+")]
    pub node_id: i32,
    /// The host name or address.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "0+")]
    pub port: i32,
    /// The rack; null if unknown.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack: Option<&'a str>,
}
