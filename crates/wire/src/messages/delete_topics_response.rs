//! `DeleteTopicsResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `DeleteTopicsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 20, versions = "1-6", flexible = "4+")]
pub struct DeleteTopicsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `Responses`.
    #[field(versions = "0+")]
    pub responses: Vec<DeletableTopicResult<'a>>,
}

/// Kafka's `DeletableTopicResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-6", flexible = "4+")]
pub struct DeletableTopicResult<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+", nullable = "6+")]
    pub name: Option<&'a str>,
    /// Kafka's `TopicId`.
    #[field(versions = "6+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub error_message: Option<&'a str>,
}
