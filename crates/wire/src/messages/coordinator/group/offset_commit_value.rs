//! `OffsetCommitValue`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Kafka's `OffsetCommitValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 1, versions = "0-4", flexible = "4+")]
pub struct OffsetCommitValue<'a> {
    /// Kafka's `offset`.
    #[field(name = "offset", versions = "0+")]
    pub offset: i64,
    /// Kafka's `leaderEpoch`.
    #[field(name = "leaderEpoch", versions = "3+", default = -1, ignorable)]
    pub leader_epoch: i32,
    /// Kafka's `metadata`.
    #[field(name = "metadata", versions = "0+")]
    pub metadata: &'a str,
    /// Kafka's `commitTimestamp`.
    #[field(name = "commitTimestamp", versions = "0+")]
    pub commit_timestamp: i64,
    /// Kafka's `expireTimestamp`.
    #[field(name = "expireTimestamp", versions = "1", default = -1, ignorable)]
    pub expire_timestamp: i64,
    /// Kafka's `topicId`.
    #[field(name = "topicId", versions = "4+", tag = 0, ignorable)]
    pub topic_id: Uuid,
}
