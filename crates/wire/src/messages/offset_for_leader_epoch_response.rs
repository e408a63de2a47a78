//! OffsetForLeaderEpoch (API key 23), response: per partition, the end of the epoch.
//!
//! Versions 2 to 4, flexible from 4.
//!
//! - v3: the layout of the version before.
//! - v4: flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`OffsetForLeaderEpochRequest`](super::OffsetForLeaderEpochRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 23, versions = "2-4", flexible = "4+")]
pub struct OffsetForLeaderEpochResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "2+", ignorable)]
    pub throttle_time_ms: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<OffsetForLeaderTopicResult<'a>>,
}

/// One entry of [`OffsetForLeaderEpochResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-4", flexible = "4+")]
pub struct OffsetForLeaderTopicResult<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<EpochEndOffset>,
}

/// One entry of [`OffsetForLeaderTopicResult::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-4", flexible = "4+")]
pub struct EpochEndOffset {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
    /// The leader epoch.
    #[field(versions = "1+", default = -1, ignorable)]
    pub leader_epoch: i32,
    /// The end offset: one past the last.
    #[field(versions = "0+", default = -1)]
    pub end_offset: i64,
}
