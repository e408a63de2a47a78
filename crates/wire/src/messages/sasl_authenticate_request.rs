//! SaslAuthenticate (API key 36), request: carries one step of a SASL exchange.
//!
//! Versions 0 to 2, flexible from 2.
//!
//! - v1: the layout of the version before.
//! - v2: flexible.

use thalweg_wire_derive::Message;

use crate::messages::SaslAuthenticateResponse;

/// Carries one step of a SASL exchange.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 36, versions = "0-2", flexible = "2+", response(SaslAuthenticateResponse<'r>))]
pub struct SaslAuthenticateRequest<'a> {
    /// The bytes of the SASL mechanism.
    #[field(versions = "0+")]
    pub auth_bytes: &'a [u8],
}
