//! `CreatePartitionsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `CreatePartitionsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 37, versions = "0-3", flexible = "2+")]
pub struct CreatePartitionsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Results`.
    #[field(versions = "0+")]
    pub results: Vec<CreatePartitionsTopicResult<'a>>,
}

/// Kafka's `CreatePartitionsTopicResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-3", flexible = "2+")]
pub struct CreatePartitionsTopicResult<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
}
