//! DeleteTopics (API key 20), response: per topic, whether it is gone.
//!
//! Versions 1 to 6, flexible from 4.
//!
//! - v2 to v3: the layout of the version before.
//! - v4: flexible.
//! - v5: adds `responses.error_message`.
//! - v6: adds `responses.topic_id`, lets `responses.name` be null.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`DeleteTopicsRequest`](super::DeleteTopicsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 20, versions = "1-6", flexible = "4+")]
pub struct DeleteTopicsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// One entry per topic.
    #[field(versions = "0+")]
    pub responses: Vec<DeletableTopicResult<'a>>,
}

/// One entry of [`DeleteTopicsResponse::responses`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-6", flexible = "4+")]
pub struct DeletableTopicResult<'a> {
    /// The name.
    #[field(versions = "0+", nullable = "6+")]
    pub name: Option<&'a str>,
    /// The topic's id.
    #[field(versions = "6+", ignorable)]
    pub topic_id: Uuid,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub error_message: Option<&'a str>,
}
