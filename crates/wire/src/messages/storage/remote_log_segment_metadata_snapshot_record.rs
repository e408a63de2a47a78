//! RemoteLogSegmentMetadataSnapshotRecord (record type 3): a remote segment in a snapshot of remote log
//! metadata.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// A remote segment in a snapshot of remote log metadata.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 3, versions = "0", flexible = "0+")]
pub struct RemoteLogSegmentMetadataSnapshotRecord<'a> {
    /// The segment's id.
    #[field(versions = "0+")]
    pub segment_id: Uuid,
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

/// One entry of [`RemoteLogSegmentMetadataSnapshotRecord::segment_leader_epochs`].
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
