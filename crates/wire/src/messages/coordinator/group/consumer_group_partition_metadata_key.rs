//! `ConsumerGroupPartitionMetadataKey`.

use thalweg_wire_derive::Message;

/// Kafka's `ConsumerGroupPartitionMetadataKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 4, versions = "0")]
pub struct ConsumerGroupPartitionMetadataKey<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
