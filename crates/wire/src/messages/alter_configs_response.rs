//! AlterConfigs (API key 33), response: per resource, whether it was changed.
//!
//! Versions 0 to 2, flexible from 2.
//!
//! - v1: the layout of the version before.
//! - v2: flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`AlterConfigsRequest`](super::AlterConfigsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 33, versions = "0-2", flexible = "2+")]
pub struct AlterConfigsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// One entry per topic.
    #[field(versions = "0+")]
    pub responses: Vec<AlterConfigsResourceResponse<'a>>,
}

/// One entry of [`AlterConfigsResponse::responses`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
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
