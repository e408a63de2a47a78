//! `SaslHandshakeRequest`.

use thalweg_wire_derive::Message;

use crate::messages::SaslHandshakeResponse;

/// Kafka's `SaslHandshakeRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 17, versions = "0-1", response(SaslHandshakeResponse<'r>))]
pub struct SaslHandshakeRequest<'a> {
    /// Kafka's `Mechanism`.
    #[field(versions = "0+")]
    pub mechanism: &'a str,
}
