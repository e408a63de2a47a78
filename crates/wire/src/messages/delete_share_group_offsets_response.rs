//! DeleteShareGroupOffsets (API key 92), response: per topic, whether they are gone.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`DeleteShareGroupOffsetsRequest`](super::DeleteShareGroupOffsetsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 92, versions = "0", flexible = "0+")]
pub struct DeleteShareGroupOffsetsResponse<'a> {
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
    pub responses: Vec<DeleteShareGroupOffsetsResponseTopic<'a>>,
}

/// One entry of [`DeleteShareGroupOffsetsResponse::responses`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DeleteShareGroupOffsetsResponseTopic<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
}
