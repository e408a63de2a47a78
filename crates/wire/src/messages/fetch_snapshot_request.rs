//! FetchSnapshot (API key 59), request: a replica of the metadata log asks for a piece of a snapshot.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `topics.partitions.replica_directory_id`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::FetchSnapshotResponse};

/// A replica of the metadata log asks for a piece of a snapshot.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 59, versions = "0-1", flexible = "0+", response(FetchSnapshotResponse<'r>))]
pub struct FetchSnapshotRequest<'a> {
    /// The cluster's id.
    #[field(versions = "0+", nullable = "0+", tag = 0, default = null)]
    pub cluster_id: Option<&'a str>,
    /// The replica's node id, -1 for a client.
    #[field(versions = "0+", default = -1)]
    pub replica_id: i32,
    /// How many bytes at most.
    #[field(versions = "0+", default = 0x7fffffff)]
    pub max_bytes: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicSnapshot<'a>>,
}

/// One entry of [`FetchSnapshotRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopicSnapshot<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionSnapshot>,
}

/// One entry of [`TopicSnapshot::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct PartitionSnapshot {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
    /// The leader epoch the sender knows, -1 if it does not care.
    #[field(versions = "0+")]
    pub current_leader_epoch: i32,
    /// The snapshot: end offset and epoch.
    #[field(versions = "0+")]
    pub snapshot_id: SnapshotId,
    /// The position in the snapshot, in bytes.
    #[field(versions = "0+")]
    pub position: i64,
    /// The id of the replica's log directory.
    #[field(versions = "1+", tag = 0, ignorable)]
    pub replica_directory_id: Uuid,
}

/// The value of [`PartitionSnapshot::snapshot_id`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct SnapshotId {
    /// The end offset: one past the last.
    #[field(versions = "0+")]
    pub end_offset: i64,
    /// The epoch.
    #[field(versions = "0+")]
    pub epoch: i32,
}
