//! SaslHandshake (API key 17), response: the mechanisms the broker offers.
//!
//! Versions 0 to 1, never flexible.
//!
//! - v1: the layout of the version before.

use thalweg_wire_derive::Message;

/// Answers [`SaslHandshakeRequest`](super::SaslHandshakeRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 17, versions = "0-1")]
pub struct SaslHandshakeResponse<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The mechanisms offered.
    #[field(versions = "0+")]
    pub mechanisms: Vec<&'a str>,
}
