//! `FindCoordinatorRequest`.

use thalweg_wire_derive::Message;

use crate::messages::FindCoordinatorResponse;

/// Kafka's `FindCoordinatorRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 10, versions = "0-6", flexible = "3+", response(FindCoordinatorResponse<'r>))]
pub struct FindCoordinatorRequest<'a> {
    /// Kafka's `Key`.
    #[field(versions = "0-3")]
    pub key: &'a str,
    /// Kafka's `KeyType`.
    #[field(versions = "1+")]
    pub key_type: i8,
    /// Kafka's `CoordinatorKeys`.
    #[field(versions = "4+")]
    pub coordinator_keys: Vec<&'a str>,
}
