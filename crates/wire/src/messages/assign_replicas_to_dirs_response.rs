//! AssignReplicasToDirs (API key 73), response: per partition, whether that was noted.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`AssignReplicasToDirsRequest`](super::AssignReplicasToDirsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 73, versions = "0", flexible = "0+")]
pub struct AssignReplicasToDirsResponse {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The log directory of each replica, in their order.
    #[field(versions = "0+")]
    pub directories: Vec<DirectoryData>,
}

/// One entry of [`AssignReplicasToDirsResponse::directories`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DirectoryData {
    /// The id.
    #[field(versions = "0+")]
    pub id: Uuid,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData>,
}

/// One entry of [`DirectoryData::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicData {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// One entry of [`TopicData::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct PartitionData {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
}
