//! WriteShareGroupState (API key 85), response: per partition, whether it was stored.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`WriteShareGroupStateRequest`](super::WriteShareGroupStateRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 85, versions = "0-1", flexible = "0+")]
pub struct WriteShareGroupStateResponse<'a> {
    /// One result per entry of the request.
    #[field(versions = "0+")]
    pub results: Vec<WriteStateResult<'a>>,
}

/// One entry of [`WriteShareGroupStateResponse::results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct WriteStateResult<'a> {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionResult<'a>>,
}

/// One entry of [`WriteStateResult::partitions`].
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
}
