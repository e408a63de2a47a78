//! OffsetCommitValue (record type 1): a committed offset.
//!
//! Versions 0 to 4, flexible from 4.
//!
//! - v1: adds `expire_timestamp`.
//! - v2: drops `expire_timestamp`.
//! - v3: adds `leader_epoch`.
//! - v4: flexible, adds `topic_id`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// A committed offset.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 1, versions = "0-4", flexible = "4+")]
pub struct OffsetCommitValue<'a> {
    /// The committed offset.
    #[field(name = "offset", versions = "0+")]
    pub offset: i64,
    /// The leader epoch.
    #[field(name = "leaderEpoch", versions = "3+", default = -1, ignorable)]
    pub leader_epoch: i32,
    /// Data that only members look into.
    #[field(name = "metadata", versions = "0+")]
    pub metadata: &'a str,
    /// When it was committed, in milliseconds since 1970.
    #[field(name = "commitTimestamp", versions = "0+")]
    pub commit_timestamp: i64,
    /// When the offset expires, in milliseconds since 1970; -1 if by retention.
    #[field(name = "expireTimestamp", versions = "1", default = -1, ignorable)]
    pub expire_timestamp: i64,
    /// The topic's id.
    #[field(name = "topicId", versions = "4+", tag = 0, ignorable)]
    pub topic_id: Uuid,
}
