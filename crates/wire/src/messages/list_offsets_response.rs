//! ListOffsets (API key 2), response: per partition, the offset found and its timestamp.
//!
//! Versions 1 to 11, flexible from 6.
//!
//! - v2: adds `throttle_time_ms`.
//! - v3: the layout of the version before.
//! - v4: adds `topics.partitions.leader_epoch`; leader epochs (KIP-320).
//! - v5: the layout of the version before.
//! - v6: flexible.
//! - v7 to v11: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

/// Answers [`ListOffsetsRequest`](super::ListOffsetsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 2, versions = "1-11", flexible = "6+")]
pub struct ListOffsetsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "2+", ignorable)]
    pub throttle_time_ms: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<ListOffsetsTopicResponse<'a>>,
}

/// One entry of [`ListOffsetsResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-11", flexible = "6+")]
pub struct ListOffsetsTopicResponse<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<ListOffsetsPartitionResponse>,
}

/// One entry of [`ListOffsetsTopicResponse::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-11", flexible = "6+")]
pub struct ListOffsetsPartitionResponse {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// A timestamp in milliseconds since 1970.
    #[field(versions = "1+", default = -1)]
    pub timestamp: i64,
    /// The offset.
    #[field(versions = "1+", default = -1)]
    pub offset: i64,
    /// The leader epoch.
    #[field(versions = "4+", default = -1)]
    pub leader_epoch: i32,
}
