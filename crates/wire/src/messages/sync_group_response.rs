//! SyncGroup (API key 14), response: the member's assignment.
//!
//! Versions 0 to 5, flexible from 4.
//!
//! - v1: adds `throttle_time_ms`.
//! - v2 to v3: the layout of the version before.
//! - v4: flexible.
//! - v5: adds `protocol_type`, `protocol_name`.

use thalweg_wire_derive::Message;

/// Answers [`SyncGroupRequest`](super::SyncGroupRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 14, versions = "0-5", flexible = "4+")]
pub struct SyncGroupResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The kind of protocol, `consumer` for consumers.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub protocol_type: Option<&'a str>,
    /// The protocol picked.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub protocol_name: Option<&'a str>,
    /// The assignment.
    #[field(versions = "0+")]
    pub assignment: &'a [u8],
}
