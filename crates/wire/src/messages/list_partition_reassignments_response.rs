//! ListPartitionReassignments (API key 46), response: the moves under way.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`ListPartitionReassignmentsRequest`](super::ListPartitionReassignmentsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 46, versions = "0", flexible = "0+")]
pub struct ListPartitionReassignmentsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<OngoingTopicReassignment<'a>>,
}

/// One entry of [`ListPartitionReassignmentsResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct OngoingTopicReassignment<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<OngoingPartitionReassignment>,
}

/// One entry of [`OngoingTopicReassignment::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct OngoingPartitionReassignment {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The replicas, the preferred leader first.
    #[field(versions = "0+")]
    pub replicas: Vec<i32>,
    /// The replicas being added.
    #[field(versions = "0+")]
    pub adding_replicas: Vec<i32>,
    /// The replicas being removed.
    #[field(versions = "0+")]
    pub removing_replicas: Vec<i32>,
}
