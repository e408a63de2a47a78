//! CreatePartitions (API key 37), response: per topic, whether it has them.
//!
//! Versions 0 to 3, flexible from 2.
//!
//! - v1: the layout of the version before.
//! - v2: flexible.
//! - v3: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

/// Answers [`CreatePartitionsRequest`](super::CreatePartitionsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 37, versions = "0-3", flexible = "2+")]
pub struct CreatePartitionsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// One result per entry of the request.
    #[field(versions = "0+")]
    pub results: Vec<CreatePartitionsTopicResult<'a>>,
}

/// One entry of [`CreatePartitionsResponse::results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-3", flexible = "2+")]
pub struct CreatePartitionsTopicResult<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
}
