//! BrokerHeartbeat (API key 63), response: what the controller makes of the broker.
//!
//! Versions 0 to 2, flexible.
//!
//! - v1 to v2: the layout of the version before.

use thalweg_wire_derive::Message;

/// Answers [`BrokerHeartbeatRequest`](super::BrokerHeartbeatRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 63, versions = "0-2", flexible = "0+")]
pub struct BrokerHeartbeatResponse {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Whether the broker has applied the metadata log.
    #[field(versions = "0+")]
    pub is_caught_up: bool,
    /// Whether the broker is fenced.
    #[field(versions = "0+", default = true)]
    pub is_fenced: bool,
    /// Whether the broker may stop now.
    #[field(versions = "0+")]
    pub should_shut_down: bool,
}
