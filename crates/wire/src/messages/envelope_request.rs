//! `EnvelopeRequest`.

use thalweg_wire_derive::Message;

use crate::messages::EnvelopeResponse;

/// Kafka's `EnvelopeRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 58, versions = "0", flexible = "0+", response(EnvelopeResponse<'r>))]
pub struct EnvelopeRequest<'a> {
    /// Kafka's `RequestData`.
    #[field(versions = "0+")]
    pub request_data: &'a [u8],
    /// Kafka's `RequestPrincipal`.
    #[field(versions = "0+", nullable = "0+")]
    pub request_principal: Option<&'a [u8]>,
    /// Kafka's `ClientHostAddress`.
    #[field(versions = "0+")]
    pub client_host_address: &'a [u8],
}
