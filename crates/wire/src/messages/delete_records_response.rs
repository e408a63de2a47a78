//! DeleteRecords (API key 21), response: per partition, where the log starts now.
//!
//! Versions 0 to 2, flexible from 2.
//!
//! - v1: the layout of the version before.
//! - v2: flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`DeleteRecordsRequest`](super::DeleteRecordsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 21, versions = "0-2", flexible = "2+")]
pub struct DeleteRecordsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<DeleteRecordsTopicResult<'a>>,
}

/// One entry of [`DeleteRecordsResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct DeleteRecordsTopicResult<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<DeleteRecordsPartitionResult>,
}

/// One entry of [`DeleteRecordsTopicResult::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct DeleteRecordsPartitionResult {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The first offset in the log now.
    #[field(versions = "0+")]
    pub low_watermark: i64,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
}
