//! `UnregisterBrokerResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `UnregisterBrokerResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 64, versions = "0", flexible = "0+")]
pub struct UnregisterBrokerResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
}
