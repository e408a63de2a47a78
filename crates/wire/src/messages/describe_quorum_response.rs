//! DescribeQuorum (API key 55), response: leader, voters, observers and how far each is.
//!
//! Versions 0 to 2, flexible.
//!
//! - v1: adds `topics.partitions.current_voters.last_fetch_timestamp`,
//!   `topics.partitions.current_voters.last_caught_up_timestamp`,
//!   `topics.partitions.observers.last_fetch_timestamp`,
//!   `topics.partitions.observers.last_caught_up_timestamp`.
//! - v2: adds `error_message`, `topics.partitions.error_message`,
//!   `topics.partitions.current_voters.replica_directory_id`,
//!   `topics.partitions.observers.replica_directory_id`, `nodes`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`DescribeQuorumRequest`](super::DescribeQuorumRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 55, versions = "0-2", flexible = "0+")]
pub struct DescribeQuorumResponse<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "2+", nullable = "2+", ignorable)]
    pub error_message: Option<&'a str>,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData<'a>>,
    /// The nodes.
    #[field(versions = "2+")]
    pub nodes: Vec<Node<'a>>,
}

/// One entry of [`DescribeQuorumResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct TopicData<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData<'a>>,
}

/// One entry of [`TopicData::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct PartitionData<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "2+", nullable = "2+", ignorable)]
    pub error_message: Option<&'a str>,
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// The high watermark: below it records are committed.
    #[field(versions = "0+")]
    pub high_watermark: i64,
    /// The voters.
    #[field(versions = "0+")]
    pub current_voters: Vec<ReplicaState>,
    /// The replicas that do not vote.
    #[field(versions = "0+")]
    pub observers: Vec<ReplicaState>,
}

/// One entry of `PartitionData.current_voters`, `PartitionData.observers`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct ReplicaState {
    /// The replica's node id, -1 for a client.
    #[field(versions = "0+")]
    pub replica_id: i32,
    /// The id of the replica's log directory.
    #[field(versions = "2+")]
    pub replica_directory_id: Uuid,
    /// Where the replica's log ends, -1 if unknown.
    #[field(versions = "0+")]
    pub log_end_offset: i64,
    /// When the replica fetched last, in milliseconds since 1970; -1 if unknown.
    #[field(versions = "1+", default = -1, ignorable)]
    pub last_fetch_timestamp: i64,
    /// When the replica was last caught up, in milliseconds since 1970; -1 if unknown.
    #[field(versions = "1+", default = -1, ignorable)]
    pub last_caught_up_timestamp: i64,
}

/// One entry of [`DescribeQuorumResponse::nodes`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct Node<'a> {
    /// The node's id.
    #[field(versions = "2+")]
    pub node_id: i32,
    /// The listeners.
    #[field(versions = "2+")]
    pub listeners: Vec<Listener<'a>>,
}

/// One entry of [`Node::listeners`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct Listener<'a> {
    /// The name.
    #[field(versions = "2+")]
    pub name: &'a str,
    /// The host name or address.
    #[field(versions = "2+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "2+")]
    pub port: u16,
}
