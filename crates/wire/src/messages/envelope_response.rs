//! Envelope (API key 58), response: the forwarded request's answer.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// Answers [`EnvelopeRequest`](super::EnvelopeRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 58, versions = "0", flexible = "0+")]
pub struct EnvelopeResponse<'a> {
    /// Header and body of the answer.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub response_data: Option<&'a [u8]>,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
}
