//! `LegacyOffsetCommitValue`.

use thalweg_wire_derive::Message;

/// Kafka's `LegacyOffsetCommitValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 0, versions = "0")]
pub struct LegacyOffsetCommitValue<'a> {
    /// Kafka's `offset`.
    #[field(name = "offset", versions = "0")]
    pub offset: i64,
    /// Kafka's `metadata`.
    #[field(name = "metadata", versions = "0")]
    pub metadata: &'a str,
    /// Kafka's `commitTimestamp`.
    #[field(name = "commitTimestamp", versions = "0")]
    pub commit_timestamp: i64,
}
