//! DescribeShareGroupOffsets (API key 90), response: per partition, where the share partition starts.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `groups.topics.partitions.lag`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`DescribeShareGroupOffsetsRequest`](super::DescribeShareGroupOffsetsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 90, versions = "0-1", flexible = "0+")]
pub struct DescribeShareGroupOffsetsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The groups.
    #[field(versions = "0+")]
    pub groups: Vec<DescribeShareGroupOffsetsResponseGroup<'a>>,
}

/// One entry of [`DescribeShareGroupOffsetsResponse::groups`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribeShareGroupOffsetsResponseGroup<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<DescribeShareGroupOffsetsResponseTopic<'a>>,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
}

/// One entry of [`DescribeShareGroupOffsetsResponseGroup::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribeShareGroupOffsetsResponseTopic<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<DescribeShareGroupOffsetsResponsePartition<'a>>,
}

/// One entry of [`DescribeShareGroupOffsetsResponseTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribeShareGroupOffsetsResponsePartition<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The first offset.
    #[field(versions = "0+")]
    pub start_offset: i64,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// How many records are yet to be delivered, -1 if unknown.
    #[field(versions = "1+", default = -1, ignorable)]
    pub lag: i64,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
}
