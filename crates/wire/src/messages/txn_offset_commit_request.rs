//! TxnOffsetCommit (API key 28), request: stores consumer offsets within a transaction.
//!
//! Versions 0 to 6, flexible from 3.
//!
//! - v1: the layout of the version before.
//! - v2: adds `topics.partitions.committed_leader_epoch`.
//! - v3: flexible, adds `generation_id_or_member_epoch`, `member_id`, `group_instance_id`.
//! - v4 to v5: the layout of the version before.
//! - v6: adds `topics.topic_id`, drops `topics.name`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::TxnOffsetCommitResponse};

/// Stores consumer offsets within a transaction.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 28, versions = "0-6", flexible = "3+", response(TxnOffsetCommitResponse<'r>))]
pub struct TxnOffsetCommitRequest<'a> {
    /// The transactional id; null outside transactions.
    #[field(versions = "0+")]
    pub transactional_id: &'a str,
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The producer id.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// The producer's epoch.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// The generation of a classic group, or the member epoch of a KIP-848 one.
    #[field(versions = "3+", default = -1)]
    pub generation_id_or_member_epoch: i32,
    /// The member's id.
    #[field(versions = "3+")]
    pub member_id: &'a str,
    /// The name of a static member (KIP-345); null for a dynamic one.
    #[field(versions = "3+", nullable = "3+", default = null)]
    pub group_instance_id: Option<&'a str>,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TxnOffsetCommitRequestTopic<'a>>,
}

/// One entry of [`TxnOffsetCommitRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "3+")]
pub struct TxnOffsetCommitRequestTopic<'a> {
    /// The name.
    #[field(versions = "0-5", ignorable)]
    pub name: &'a str,
    /// The topic's id.
    #[field(versions = "6+", ignorable)]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<TxnOffsetCommitRequestPartition<'a>>,
}

/// One entry of [`TxnOffsetCommitRequestTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "3+")]
pub struct TxnOffsetCommitRequestPartition<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The committed offset: the next to be read.
    #[field(versions = "0+")]
    pub committed_offset: i64,
    /// The leader epoch of the last record read, -1 if unknown.
    #[field(versions = "2+", default = -1, ignorable)]
    pub committed_leader_epoch: i32,
    /// What the member stored beside the offset.
    #[field(versions = "0+", nullable = "0+")]
    pub committed_metadata: Option<&'a str>,
}
