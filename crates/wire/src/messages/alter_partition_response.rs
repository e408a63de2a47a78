//! AlterPartition (API key 56), response: per partition, the state that holds now.
//!
//! Versions 2 to 3, flexible.
//!
//! - v3: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`AlterPartitionRequest`](super::AlterPartitionRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 56, versions = "2-3", flexible = "0+")]
pub struct AlterPartitionResponse {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData>,
}

/// One entry of [`AlterPartitionResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-3", flexible = "0+")]
pub struct TopicData {
    /// The topic's id.
    #[field(versions = "2+", ignorable)]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// One entry of [`TopicData::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-3", flexible = "0+")]
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
    /// The in-sync replicas.
    #[field(versions = "0+")]
    pub isr: Vec<i32>,
    /// Whether the leader recovers from an unclean election: 0 no, 1 yes.
    #[field(versions = "1+", ignorable)]
    pub leader_recovery_state: i8,
    /// The partition's epoch: one higher with every change.
    #[field(versions = "0+")]
    pub partition_epoch: i32,
}
