//! PushTelemetry (API key 72), response: whether the metrics were taken.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// Answers [`PushTelemetryRequest`](super::PushTelemetryRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 72, versions = "0", flexible = "0+")]
pub struct PushTelemetryResponse {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
}
