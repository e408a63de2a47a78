//! AlterShareGroupOffsets (API key 91), response: per partition, whether it was set.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`AlterShareGroupOffsetsRequest`](super::AlterShareGroupOffsetsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 91, versions = "0", flexible = "0+")]
pub struct AlterShareGroupOffsetsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// One entry per topic.
    #[field(versions = "0+")]
    pub responses: Vec<AlterShareGroupOffsetsResponseTopic<'a>>,
}

/// One entry of [`AlterShareGroupOffsetsResponse::responses`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct AlterShareGroupOffsetsResponseTopic<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<AlterShareGroupOffsetsResponsePartition<'a>>,
}

/// One entry of [`AlterShareGroupOffsetsResponseTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct AlterShareGroupOffsetsResponsePartition<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
}
