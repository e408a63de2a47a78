//! `DeleteShareGroupOffsetsResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `DeleteShareGroupOffsetsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 92, versions = "0", flexible = "0+")]
pub struct DeleteShareGroupOffsetsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// Kafka's `Responses`.
    #[field(versions = "0+")]
    pub responses: Vec<DeleteShareGroupOffsetsResponseTopic<'a>>,
}

/// Kafka's `DeleteShareGroupOffsetsResponseTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DeleteShareGroupOffsetsResponseTopic<'a> {
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
}
