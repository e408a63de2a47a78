//! `EnvelopeResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `EnvelopeResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 58, versions = "0", flexible = "0+")]
pub struct EnvelopeResponse<'a> {
    /// Kafka's `ResponseData`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub response_data: Option<&'a [u8]>,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
}
