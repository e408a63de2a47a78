//! `SnapshotFooterRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `SnapshotFooterRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0", flexible = "0+")]
pub struct SnapshotFooterRecord {
    /// Kafka's `Version`.
    #[field(versions = "0+")]
    pub version: i16,
}
