//! `LegacyOffsetCommitKey`.

use thalweg_wire_derive::Message;

/// Kafka's `LegacyOffsetCommitKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 0, versions = "0")]
pub struct LegacyOffsetCommitKey<'a> {
    /// Kafka's `group`.
    #[field(name = "group", versions = "0")]
    pub group: &'a str,
    /// Kafka's `topic`.
    #[field(name = "topic", versions = "0")]
    pub topic: &'a str,
    /// Kafka's `partition`.
    #[field(name = "partition", versions = "0")]
    pub partition: i32,
}
