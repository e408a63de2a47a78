//! `HeartbeatResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `HeartbeatResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 12, versions = "0-4", flexible = "4+")]
pub struct HeartbeatResponse {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
}
