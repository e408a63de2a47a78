//! `ShareGroupMetadataKey`.

use thalweg_wire_derive::Message;

/// Kafka's `ShareGroupMetadataKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 11, versions = "0")]
pub struct ShareGroupMetadataKey<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
