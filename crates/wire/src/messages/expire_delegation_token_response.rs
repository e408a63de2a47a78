//! ExpireDelegationToken (API key 40), response: when the token expires now.
//!
//! Versions 1 to 2, flexible from 2.
//!
//! - v2: flexible.

use thalweg_wire_derive::Message;

/// Answers [`ExpireDelegationTokenRequest`](super::ExpireDelegationTokenRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 40, versions = "1-2", flexible = "2+")]
pub struct ExpireDelegationTokenResponse {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// When it expires, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub expiry_timestamp_ms: i64,
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
}
