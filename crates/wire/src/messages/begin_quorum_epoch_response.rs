//! BeginQuorumEpoch (API key 53), response: what the receiver knows of leader and epoch.
//!
//! Versions 0 to 1, flexible from 1.
//!
//! - v1: flexible, adds `node_endpoints`.

use thalweg_wire_derive::{Message, Part};

/// Answers [`BeginQuorumEpochRequest`](super::BeginQuorumEpochRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 53, versions = "0-1", flexible = "1+")]
pub struct BeginQuorumEpochResponse<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData<'a>>,
    /// Where the brokers named above can be reached.
    #[field(versions = "1+", tag = 0)]
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
}

/// One entry of [`BeginQuorumEpochResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct TopicData<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// One entry of [`TopicData::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct PartitionData {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
}

/// Where a broker named above can be reached.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct NodeEndpoint<'a> {
    /// The node's id.
    #[field(versions = "1+")]
    pub node_id: i32,
    /// The host name or address.
    #[field(versions = "1+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "1+")]
    pub port: u16,
}
