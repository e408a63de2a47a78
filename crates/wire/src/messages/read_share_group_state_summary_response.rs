//! ReadShareGroupStateSummary (API key 87), response: per partition, how far it is.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `results.partitions.delivery_complete_count`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`ReadShareGroupStateSummaryRequest`](super::ReadShareGroupStateSummaryRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 87, versions = "0-1", flexible = "0+")]
pub struct ReadShareGroupStateSummaryResponse<'a> {
    /// One result per entry of the request.
    #[field(versions = "0+")]
    pub results: Vec<ReadStateSummaryResult<'a>>,
}

/// One entry of [`ReadShareGroupStateSummaryResponse::results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct ReadStateSummaryResult<'a> {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionResult<'a>>,
}

/// One entry of [`ReadStateSummaryResult::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct PartitionResult<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// The epoch of the share partition's state.
    #[field(versions = "0+")]
    pub state_epoch: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// The first offset.
    #[field(versions = "0+")]
    pub start_offset: i64,
    /// Records past the start offset whose delivery is complete, -1 if unknown.
    #[field(versions = "1+", default = -1, ignorable)]
    pub delivery_complete_count: i32,
}
