//! SaslHandshake (API key 17), request: a client picks a SASL mechanism.
//!
//! Versions 0 to 1, never flexible.
//!
//! - v1: the layout of the version before.

use thalweg_wire_derive::Message;

use crate::messages::SaslHandshakeResponse;

/// A client picks a SASL mechanism.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 17, versions = "0-1", response(SaslHandshakeResponse<'r>))]
pub struct SaslHandshakeRequest<'a> {
    /// The mechanism.
    #[field(versions = "0+")]
    pub mechanism: &'a str,
}
