//! `BrokerRegistrationResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `BrokerRegistrationResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 62, versions = "0-4", flexible = "0+")]
pub struct BrokerRegistrationResponse {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `BrokerEpoch`.
    #[field(versions = "0+", default = -1)]
    pub broker_epoch: i64,
}
