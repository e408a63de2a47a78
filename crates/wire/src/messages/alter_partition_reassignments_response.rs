//! AlterPartitionReassignments (API key 45), response: per partition, whether the move began or ended.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `allow_replication_factor_change`.

use thalweg_wire_derive::{Message, Part};

/// Answers [`AlterPartitionReassignmentsRequest`](super::AlterPartitionReassignmentsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 45, versions = "0-1", flexible = "0+")]
pub struct AlterPartitionReassignmentsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Whether the replica count may change.
    #[field(versions = "1+", default = true, ignorable)]
    pub allow_replication_factor_change: bool,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// One entry per topic.
    #[field(versions = "0+")]
    pub responses: Vec<ReassignableTopicResponse<'a>>,
}

/// One entry of [`AlterPartitionReassignmentsResponse::responses`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct ReassignableTopicResponse<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<ReassignablePartitionResponse<'a>>,
}

/// One entry of [`ReassignableTopicResponse::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct ReassignablePartitionResponse<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
}
