//! TxnOffsetCommit (API key 28), response: per partition, whether the offset was stored.
//!
//! Versions 0 to 6, flexible from 3.
//!
//! - v1 to v2: the layout of the version before.
//! - v3: flexible.
//! - v4 to v5: the layout of the version before.
//! - v6: adds `topics.topic_id`, drops `topics.name`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`TxnOffsetCommitRequest`](super::TxnOffsetCommitRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 28, versions = "0-6", flexible = "3+")]
pub struct TxnOffsetCommitResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TxnOffsetCommitResponseTopic<'a>>,
}

/// One entry of [`TxnOffsetCommitResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "3+")]
pub struct TxnOffsetCommitResponseTopic<'a> {
    /// The name.
    #[field(versions = "0-5", ignorable)]
    pub name: &'a str,
    /// The topic's id.
    #[field(versions = "6+", ignorable)]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<TxnOffsetCommitResponsePartition>,
}

/// One entry of [`TxnOffsetCommitResponseTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "3+")]
pub struct TxnOffsetCommitResponsePartition {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
}
