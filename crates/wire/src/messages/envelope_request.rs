//! Envelope (API key 58), request: a broker forwards a client's request to the controller.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

use crate::messages::EnvelopeResponse;

/// A broker forwards a client's request to the controller.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 58, versions = "0", flexible = "0+", response(EnvelopeResponse<'r>))]
pub struct EnvelopeRequest<'a> {
    /// Header and body of the forwarded request.
    #[field(versions = "0+")]
    pub request_data: &'a [u8],
    /// The client's principal; null if there is none.
    #[field(versions = "0+", nullable = "0+")]
    pub request_principal: Option<&'a [u8]>,
    /// The client's address.
    #[field(versions = "0+")]
    pub client_host_address: &'a [u8],
}
