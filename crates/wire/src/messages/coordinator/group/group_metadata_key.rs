//! `GroupMetadataKey`.

use thalweg_wire_derive::Message;

/// Kafka's `GroupMetadataKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 2, versions = "0")]
pub struct GroupMetadataKey<'a> {
    /// Kafka's `group`.
    #[field(name = "group", versions = "0")]
    pub group: &'a str,
}
