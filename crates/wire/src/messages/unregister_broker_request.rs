//! UnregisterBroker (API key 64), request: removes a broker's registration.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

use crate::messages::UnregisterBrokerResponse;

/// Removes a broker's registration.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 64, versions = "0", flexible = "0+", response(UnregisterBrokerResponse<'r>))]
pub struct UnregisterBrokerRequest {
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
}
