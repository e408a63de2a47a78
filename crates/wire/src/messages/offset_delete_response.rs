//! OffsetDelete (API key 47), response: per partition, whether the offset is gone.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`OffsetDeleteRequest`](super::OffsetDeleteRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 47, versions = "0")]
pub struct OffsetDeleteResponse<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+", ignorable)]
    pub throttle_time_ms: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<OffsetDeleteResponseTopic<'a>>,
}

/// One entry of [`OffsetDeleteResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0")]
pub struct OffsetDeleteResponseTopic<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<OffsetDeleteResponsePartition>,
}

/// One entry of [`OffsetDeleteResponseTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0")]
pub struct OffsetDeleteResponsePartition {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
}
