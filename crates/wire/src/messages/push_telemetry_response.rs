//! `PushTelemetryResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `PushTelemetryResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 72, versions = "0", flexible = "0+")]
pub struct PushTelemetryResponse {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
}
