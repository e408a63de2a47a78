//! IncrementalAlterConfigs (API key 44), response: per resource, whether it was changed.
//!
//! Versions 0 to 1, flexible from 1.
//!
//! - v1: flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`IncrementalAlterConfigsRequest`](super::IncrementalAlterConfigsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 44, versions = "0-1", flexible = "1+")]
pub struct IncrementalAlterConfigsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// One entry per topic.
    #[field(versions = "0+")]
    pub responses: Vec<AlterConfigsResourceResponse<'a>>,
}

/// One entry of [`IncrementalAlterConfigsResponse::responses`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct AlterConfigsResourceResponse<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// The kind of resource, as Kafka numbers them.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// The resource's name.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
}
