//! InitializeShareGroupState (API key 83), response: per partition, whether it was set.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`InitializeShareGroupStateRequest`](super::InitializeShareGroupStateRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 83, versions = "0", flexible = "0+")]
pub struct InitializeShareGroupStateResponse<'a> {
    /// One result per entry of the request.
    #[field(versions = "0+")]
    pub results: Vec<InitializeStateResult<'a>>,
}

/// One entry of [`InitializeShareGroupStateResponse::results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct InitializeStateResult<'a> {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionResult<'a>>,
}

/// One entry of [`InitializeStateResult::partitions`].
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
}
