//! `ShareGroupMetadataValue`.

use thalweg_wire_derive::Message;

/// Kafka's `ShareGroupMetadataValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 11, versions = "0", flexible = "0+")]
pub struct ShareGroupMetadataValue {
    /// Kafka's `Epoch`.
    #[field(versions = "0+")]
    pub epoch: i32,
    /// Kafka's `MetadataHash`.
    #[field(versions = "0+")]
    pub metadata_hash: i64,
}
