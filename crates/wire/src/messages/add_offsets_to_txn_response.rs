//! `AddOffsetsToTxnResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `AddOffsetsToTxnResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 25, versions = "0-4", flexible = "3+")]
pub struct AddOffsetsToTxnResponse {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
}
