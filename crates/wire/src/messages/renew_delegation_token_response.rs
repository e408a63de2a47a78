//! `RenewDelegationTokenResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `RenewDelegationTokenResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 39, versions = "1-2", flexible = "2+")]
pub struct RenewDelegationTokenResponse {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ExpiryTimestampMs`.
    #[field(versions = "0+")]
    pub expiry_timestamp_ms: i64,
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
}
