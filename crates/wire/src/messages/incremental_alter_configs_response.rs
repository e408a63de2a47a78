//! `IncrementalAlterConfigsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `IncrementalAlterConfigsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 44, versions = "0-1", flexible = "1+")]
pub struct IncrementalAlterConfigsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Responses`.
    #[field(versions = "0+")]
    pub responses: Vec<AlterConfigsResourceResponse<'a>>,
}

/// Kafka's `AlterConfigsResourceResponse`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct AlterConfigsResourceResponse<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// Kafka's `ResourceType`.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// Kafka's `ResourceName`.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
}
