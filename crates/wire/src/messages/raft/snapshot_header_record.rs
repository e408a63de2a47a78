//! `SnapshotHeaderRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `SnapshotHeaderRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0", flexible = "0+")]
pub struct SnapshotHeaderRecord {
    /// Kafka's `Version`.
    #[field(versions = "0+")]
    pub version: i16,
    /// Kafka's `LastContainedLogTimestamp`.
    #[field(versions = "0+")]
    pub last_contained_log_timestamp: i64,
}
