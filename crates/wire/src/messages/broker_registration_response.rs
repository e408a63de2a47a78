//! BrokerRegistration (API key 62), response: the broker's epoch.
//!
//! Versions 0 to 4, flexible.
//!
//! - v1 to v4: the layout of the version before.

use thalweg_wire_derive::Message;

/// Answers [`BrokerRegistrationRequest`](super::BrokerRegistrationRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 62, versions = "0-4", flexible = "0+")]
pub struct BrokerRegistrationResponse {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The broker's epoch: the log's end when its registration was handled.
    #[field(versions = "0+", default = -1)]
    pub broker_epoch: i64,
}
