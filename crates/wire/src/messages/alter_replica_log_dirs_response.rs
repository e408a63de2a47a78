//! AlterReplicaLogDirs (API key 34), response: per partition, whether the move began.
//!
//! Versions 1 to 2, flexible from 2.
//!
//! - v2: flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`AlterReplicaLogDirsRequest`](super::AlterReplicaLogDirsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 34, versions = "1-2", flexible = "2+")]
pub struct AlterReplicaLogDirsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// One result per entry of the request.
    #[field(versions = "0+")]
    pub results: Vec<AlterReplicaLogDirTopicResult<'a>>,
}

/// One entry of [`AlterReplicaLogDirsResponse::results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "2+")]
pub struct AlterReplicaLogDirTopicResult<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<AlterReplicaLogDirPartitionResult>,
}

/// One entry of [`AlterReplicaLogDirTopicResult::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "2+")]
pub struct AlterReplicaLogDirPartitionResult {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
}
