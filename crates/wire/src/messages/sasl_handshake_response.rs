//! `SaslHandshakeResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `SaslHandshakeResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 17, versions = "0-1")]
pub struct SaslHandshakeResponse<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `Mechanisms`.
    #[field(versions = "0+")]
    pub mechanisms: Vec<&'a str>,
}
