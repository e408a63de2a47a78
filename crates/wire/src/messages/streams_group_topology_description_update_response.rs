//! `StreamsGroupTopologyDescriptionUpdateResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `StreamsGroupTopologyDescriptionUpdateResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 93, versions = "0", flexible = "0+")]
pub struct StreamsGroupTopologyDescriptionUpdateResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
}
