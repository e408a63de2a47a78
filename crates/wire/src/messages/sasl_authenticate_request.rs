//! `SaslAuthenticateRequest`.

use thalweg_wire_derive::Message;

use crate::messages::SaslAuthenticateResponse;

/// Kafka's `SaslAuthenticateRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 36, versions = "0-2", flexible = "2+", response(SaslAuthenticateResponse<'r>))]
pub struct SaslAuthenticateRequest<'a> {
    /// Kafka's `AuthBytes`.
    #[field(versions = "0+")]
    pub auth_bytes: &'a [u8],
}
