//! `BrokerHeartbeatResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `BrokerHeartbeatResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 63, versions = "0-2", flexible = "0+")]
pub struct BrokerHeartbeatResponse {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `IsCaughtUp`.
    #[field(versions = "0+")]
    pub is_caught_up: bool,
    /// Kafka's `IsFenced`.
    #[field(versions = "0+", default = true)]
    pub is_fenced: bool,
    /// Kafka's `ShouldShutDown`.
    #[field(versions = "0+")]
    pub should_shut_down: bool,
}
