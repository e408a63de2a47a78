//! OffsetCommit (API key 8), response: per partition, whether the offset was stored.
//!
//! Versions 2 to 10, flexible from 8.
//!
//! - v3: adds `throttle_time_ms`.
//! - v4 to v7: the layout of the version before.
//! - v8: flexible.
//! - v9: the layout of the version before.
//! - v10: adds `topics.topic_id`, drops `topics.name`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`OffsetCommitRequest`](super::OffsetCommitRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 8, versions = "2-10", flexible = "8+")]
pub struct OffsetCommitResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "3+", ignorable)]
    pub throttle_time_ms: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<OffsetCommitResponseTopic<'a>>,
}

/// One entry of [`OffsetCommitResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-10", flexible = "8+")]
pub struct OffsetCommitResponseTopic<'a> {
    /// The name.
    #[field(versions = "0-9", ignorable)]
    pub name: &'a str,
    /// The topic's id.
    #[field(versions = "10+", ignorable)]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<OffsetCommitResponsePartition>,
}

/// One entry of [`OffsetCommitResponseTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-10", flexible = "8+")]
pub struct OffsetCommitResponsePartition {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
}
