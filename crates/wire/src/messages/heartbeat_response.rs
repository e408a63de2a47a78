//! Heartbeat (API key 12), response: whether the member is still in place.
//!
//! Versions 0 to 4, flexible from 4.
//!
//! - v1: adds `throttle_time_ms`.
//! - v2 to v3: the layout of the version before.
//! - v4: flexible.

use thalweg_wire_derive::Message;

/// Answers [`HeartbeatRequest`](super::HeartbeatRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 12, versions = "0-4", flexible = "4+")]
pub struct HeartbeatResponse {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
}
