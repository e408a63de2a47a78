//! OffsetCommit (API key 8), request: a group member stores how far it has read.
//!
//! Versions 2 to 10, flexible from 8.
//!
//! - v3 to v4: the layout of the version before.
//! - v5: drops `retention_time_ms`.
//! - v6: adds `topics.partitions.committed_leader_epoch`; leader epochs (KIP-320).
//! - v7: adds `group_instance_id`; static members (KIP-345).
//! - v8: flexible.
//! - v9: KIP-848 groups.
//! - v10: adds `topics.topic_id`, drops `topics.name`; topics go by id (KIP-848).

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::OffsetCommitResponse};

/// A group member stores how far it has read.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 8, versions = "2-10", flexible = "8+", response(OffsetCommitResponse<'r>))]
pub struct OffsetCommitRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The generation of a classic group, or the member epoch of a KIP-848 one.
    #[field(versions = "1+", default = -1, ignorable)]
    pub generation_id_or_member_epoch: i32,
    /// The member's id.
    #[field(versions = "1+", ignorable)]
    pub member_id: &'a str,
    /// The name of a static member (KIP-345); null for a dynamic one.
    #[field(versions = "7+", nullable = "7+", default = null)]
    pub group_instance_id: Option<&'a str>,
    /// How long to keep the offset, in milliseconds; -1 for the broker's setting.
    #[field(versions = "2-4", default = -1, ignorable)]
    pub retention_time_ms: i64,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<OffsetCommitRequestTopic<'a>>,
}

/// One entry of [`OffsetCommitRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-10", flexible = "8+")]
pub struct OffsetCommitRequestTopic<'a> {
    /// The name.
    #[field(versions = "0-9", ignorable)]
    pub name: &'a str,
    /// The topic's id.
    #[field(versions = "10+", ignorable)]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<OffsetCommitRequestPartition<'a>>,
}

/// One entry of [`OffsetCommitRequestTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-10", flexible = "8+")]
pub struct OffsetCommitRequestPartition<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The committed offset: the next to be read.
    #[field(versions = "0+")]
    pub committed_offset: i64,
    /// The leader epoch of the last record read, -1 if unknown.
    #[field(versions = "6+", default = -1, ignorable)]
    pub committed_leader_epoch: i32,
    /// What the member stored beside the offset.
    #[field(versions = "0+", nullable = "0+")]
    pub committed_metadata: Option<&'a str>,
}
