//! `StreamsGroupTopologyKey`.

use thalweg_wire_derive::Message;

/// Kafka's `StreamsGroupTopologyKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 23, versions = "0")]
pub struct StreamsGroupTopologyKey<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
