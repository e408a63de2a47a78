//! RemoteLogSegmentMetadataRecord (record type 0): a segment was copied to remote storage, or is about
//! to be.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// A segment was copied to remote storage, or is about to be.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 0, versions = "0", flexible = "0+")]
pub struct RemoteLogSegmentMetadataRecord<'a> {
    /// The segment.
    #[field(versions = "0+")]
    pub remote_log_segment_id: RemoteLogSegmentIdEntry<'a>,
    /// The first offset.
    #[field(versions = "0+")]
    pub start_offset: i64,
    /// The end offset: one past the last.
    #[field(versions = "0+")]
    pub end_offset: i64,
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// The largest timestamp in the segment, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub max_timestamp_ms: i64,
    /// When it happened, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub event_timestamp_ms: i64,
    /// Where leader epochs begin in the segment.
    #[field(versions = "0+")]
    pub segment_leader_epochs: Vec<SegmentLeaderEpochEntry>,
    /// The segment's size in bytes.
    #[field(versions = "0+")]
    pub segment_size_in_bytes: i32,
    /// What the storage plugin keeps for the segment.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub custom_metadata: Option<&'a [u8]>,
    /// The segment's state, as Kafka numbers them.
    #[field(versions = "0+")]
    pub remote_log_segment_state: i8,
    /// Whether the segment has no aborted transactions.
    #[field(versions = "0+", tag = 0)]
    pub txn_index_empty: bool,
}

/// The value of [`RemoteLogSegmentMetadataRecord::remote_log_segment_id`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct RemoteLogSegmentIdEntry<'a> {
    /// The partition.
    #[field(versions = "0+")]
    pub topic_id_partition: TopicIdPartitionEntry<'a>,
    /// The id.
    #[field(versions = "0+")]
    pub id: Uuid,
}

/// The value of [`RemoteLogSegmentIdEntry::topic_id_partition`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicIdPartitionEntry<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The id.
    #[field(versions = "0+")]
    pub id: Uuid,
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
}

/// One entry of [`RemoteLogSegmentMetadataRecord::segment_leader_epochs`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct SegmentLeaderEpochEntry {
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// The offset.
    #[field(versions = "0+")]
    pub offset: i64,
}
