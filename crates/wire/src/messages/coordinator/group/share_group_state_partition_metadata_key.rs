//! `ShareGroupStatePartitionMetadataKey`.

use thalweg_wire_derive::Message;

/// Kafka's `ShareGroupStatePartitionMetadataKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 15, versions = "0")]
pub struct ShareGroupStatePartitionMetadataKey<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
