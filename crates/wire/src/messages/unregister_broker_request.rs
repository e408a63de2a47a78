//! `UnregisterBrokerRequest`.

use thalweg_wire_derive::Message;

use crate::messages::UnregisterBrokerResponse;

/// Kafka's `UnregisterBrokerRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 64, versions = "0", flexible = "0+", response(UnregisterBrokerResponse<'r>))]
pub struct UnregisterBrokerRequest {
    /// Kafka's `BrokerId`.
    #[field(versions = "0+")]
    pub broker_id: i32,
}
