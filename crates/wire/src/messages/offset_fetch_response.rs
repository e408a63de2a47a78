//! OffsetFetch (API key 9), response: committed offsets by group and partition.
//!
//! Versions 1 to 10, flexible from 6.
//!
//! - v2: adds `error_code`.
//! - v3: adds `throttle_time_ms`.
//! - v4: the layout of the version before.
//! - v5: adds `topics.partitions.committed_leader_epoch`.
//! - v6: flexible.
//! - v7: the layout of the version before.
//! - v8: adds `groups`, drops `topics`, `error_code`.
//! - v9: the layout of the version before.
//! - v10: adds `groups.topics.topic_id`, drops `groups.topics.name`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`OffsetFetchRequest`](super::OffsetFetchRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 9, versions = "1-10", flexible = "6+")]
pub struct OffsetFetchResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "3+", ignorable)]
    pub throttle_time_ms: i32,
    /// The topics.
    #[field(versions = "0-7")]
    pub topics: Vec<OffsetFetchResponseTopic<'a>>,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "2-7", ignorable)]
    pub error_code: i16,
    /// The groups.
    #[field(versions = "8+")]
    pub groups: Vec<OffsetFetchResponseGroup<'a>>,
}

/// One entry of [`OffsetFetchResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchResponseTopic<'a> {
    /// The name.
    #[field(versions = "0-7")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0-7")]
    pub partitions: Vec<OffsetFetchResponsePartition<'a>>,
}

/// One entry of [`OffsetFetchResponseTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchResponsePartition<'a> {
    /// The partition number.
    #[field(versions = "0-7")]
    pub partition_index: i32,
    /// The committed offset: the next to be read.
    #[field(versions = "0-7")]
    pub committed_offset: i64,
    /// The leader epoch of the last record read, -1 if unknown.
    #[field(versions = "5-7", default = -1, ignorable)]
    pub committed_leader_epoch: i32,
    /// Data that only members look into.
    #[field(versions = "0-7", nullable = "0-7")]
    pub metadata: Option<&'a str>,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0-7")]
    pub error_code: i16,
}

/// One entry of [`OffsetFetchResponse::groups`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchResponseGroup<'a> {
    /// The group.
    #[field(versions = "8+")]
    pub group_id: &'a str,
    /// The topics.
    #[field(versions = "8+")]
    pub topics: Vec<OffsetFetchResponseTopics<'a>>,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "8+")]
    pub error_code: i16,
}

/// One entry of [`OffsetFetchResponseGroup::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchResponseTopics<'a> {
    /// The name.
    #[field(versions = "8-9", ignorable)]
    pub name: &'a str,
    /// The topic's id.
    #[field(versions = "10+", ignorable)]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "8+")]
    pub partitions: Vec<OffsetFetchResponsePartitions<'a>>,
}

/// One entry of [`OffsetFetchResponseTopics::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchResponsePartitions<'a> {
    /// The partition number.
    #[field(versions = "8+")]
    pub partition_index: i32,
    /// The committed offset: the next to be read.
    #[field(versions = "8+")]
    pub committed_offset: i64,
    /// The leader epoch of the last record read, -1 if unknown.
    #[field(versions = "8+", default = -1, ignorable)]
    pub committed_leader_epoch: i32,
    /// Data that only members look into.
    #[field(versions = "8+", nullable = "8+")]
    pub metadata: Option<&'a str>,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "8+")]
    pub error_code: i16,
}
