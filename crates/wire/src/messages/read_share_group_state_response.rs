//! ReadShareGroupState (API key 84), response: per partition, the stored state.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`ReadShareGroupStateRequest`](super::ReadShareGroupStateRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 84, versions = "0", flexible = "0+")]
pub struct ReadShareGroupStateResponse<'a> {
    /// One result per entry of the request.
    #[field(versions = "0+")]
    pub results: Vec<ReadStateResult<'a>>,
}

/// One entry of [`ReadShareGroupStateResponse::results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ReadStateResult<'a> {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionResult<'a>>,
}

/// One entry of [`ReadStateResult::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
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
    /// The first offset.
    #[field(versions = "0+")]
    pub start_offset: i64,
    /// Delivery state by range of offsets.
    #[field(versions = "0+")]
    pub state_batches: Vec<StateBatch>,
}

/// One entry of [`PartitionResult::state_batches`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct StateBatch {
    /// The first offset.
    #[field(versions = "0+")]
    pub first_offset: i64,
    /// The last offset.
    #[field(versions = "0+")]
    pub last_offset: i64,
    /// The delivery state: 0 available, 2 acknowledged, 4 archived.
    #[field(versions = "0+")]
    pub delivery_state: i8,
    /// How often the records were delivered.
    #[field(versions = "0+")]
    pub delivery_count: i16,
}
