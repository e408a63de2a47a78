//! `OffsetCommitKey`.

use thalweg_wire_derive::Message;

/// Kafka's `OffsetCommitKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 1, versions = "0")]
pub struct OffsetCommitKey<'a> {
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
