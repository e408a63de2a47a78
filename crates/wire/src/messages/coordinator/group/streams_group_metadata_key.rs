//! `StreamsGroupMetadataKey`.

use thalweg_wire_derive::Message;

/// Kafka's `StreamsGroupMetadataKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 17, versions = "0")]
pub struct StreamsGroupMetadataKey<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
