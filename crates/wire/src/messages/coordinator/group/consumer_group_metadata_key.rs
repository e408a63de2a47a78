//! `ConsumerGroupMetadataKey`.

use thalweg_wire_derive::Message;

/// Kafka's `ConsumerGroupMetadataKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 3, versions = "0")]
pub struct ConsumerGroupMetadataKey<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
