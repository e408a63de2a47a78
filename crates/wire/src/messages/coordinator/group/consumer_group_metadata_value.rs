//! `ConsumerGroupMetadataValue`.

use thalweg_wire_derive::Message;

/// Kafka's `ConsumerGroupMetadataValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 3, versions = "0", flexible = "0+")]
pub struct ConsumerGroupMetadataValue {
    /// Kafka's `Epoch`.
    #[field(versions = "0+")]
    pub epoch: i32,
    /// Kafka's `MetadataHash`.
    #[field(versions = "0+", tag = 0)]
    pub metadata_hash: i64,
}
