//! SaslAuthenticate (API key 36), response: the broker's step of the exchange.
//!
//! Versions 0 to 2, flexible from 2.
//!
//! - v1: adds `session_lifetime_ms`.
//! - v2: flexible.

use thalweg_wire_derive::Message;

/// Answers [`SaslAuthenticateRequest`](super::SaslAuthenticateRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 36, versions = "0-2", flexible = "2+")]
pub struct SaslAuthenticateResponse<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// The bytes of the SASL mechanism.
    #[field(versions = "0+")]
    pub auth_bytes: &'a [u8],
    /// After how long the client must authenticate again, in milliseconds; 0 for never.
    #[field(versions = "1+", ignorable)]
    pub session_lifetime_ms: i64,
}
