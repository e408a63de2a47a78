//! DescribeTopicPartitions (API key 75), response: a page of partitions, and where the next begins.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`DescribeTopicPartitionsRequest`](super::DescribeTopicPartitionsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 75, versions = "0", flexible = "0+")]
pub struct DescribeTopicPartitionsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+", ignorable)]
    pub throttle_time_ms: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<DescribeTopicPartitionsResponseTopic<'a>>,
    /// Where the next page begins; null at the end.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub next_cursor: Option<Cursor<'a>>,
}

/// One entry of [`DescribeTopicPartitionsResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DescribeTopicPartitionsResponseTopic<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The name.
    #[field(versions = "0+", nullable = "0+")]
    pub name: Option<&'a str>,
    /// The topic's id.
    #[field(versions = "0+", ignorable)]
    pub topic_id: Uuid,
    /// Whether the topic is internal.
    #[field(versions = "0+", ignorable)]
    pub is_internal: bool,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<DescribeTopicPartitionsResponsePartition>,
    /// What the caller may do, one bit per operation; the lowest number if not asked for.
    #[field(versions = "0+", default = -2147483648)]
    pub topic_authorized_operations: i32,
}

/// One entry of [`DescribeTopicPartitionsResponseTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DescribeTopicPartitionsResponsePartition {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// The leader epoch.
    #[field(versions = "0+", default = -1, ignorable)]
    pub leader_epoch: i32,
    /// The replicas, the preferred leader first.
    #[field(versions = "0+")]
    pub replica_nodes: Vec<i32>,
    /// The in-sync replicas.
    #[field(versions = "0+")]
    pub isr_nodes: Vec<i32>,
    /// Replicas outside the in-sync set that may still lead (KIP-966).
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub eligible_leader_replicas: Option<Vec<i32>>,
    /// The last eligible leader replicas that were known (KIP-966).
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub last_known_elr: Option<Vec<i32>>,
    /// The replicas that are offline.
    #[field(versions = "0+", ignorable)]
    pub offline_replicas: Vec<i32>,
}

/// The value of [`DescribeTopicPartitionsResponse::next_cursor`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct Cursor<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
}
