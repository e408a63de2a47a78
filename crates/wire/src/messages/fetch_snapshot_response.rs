//! FetchSnapshot (API key 59), response: the piece, and how large the snapshot is.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `node_endpoints`.

use thalweg_wire_derive::{Message, Part};

use crate::RecordsField;

/// Answers [`FetchSnapshotRequest`](super::FetchSnapshotRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 59, versions = "0-1", flexible = "0+")]
pub struct FetchSnapshotResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+", ignorable)]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicSnapshot<'a>>,
    /// Where the brokers named above can be reached.
    #[field(versions = "1+", tag = 0)]
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
}

/// One entry of [`FetchSnapshotResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopicSnapshot<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionSnapshot<'a>>,
}

/// One entry of [`TopicSnapshot::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct PartitionSnapshot<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The snapshot: end offset and epoch.
    #[field(versions = "0+")]
    pub snapshot_id: SnapshotId,
    /// The partition's leader, where the sender seems not to know it.
    #[field(versions = "0+", tag = 0)]
    pub current_leader: LeaderIdAndEpoch,
    /// The snapshot's size in bytes.
    #[field(versions = "0+")]
    pub size: i64,
    /// The position in the snapshot, in bytes.
    #[field(versions = "0+")]
    pub position: i64,
    /// Bytes of the snapshot; batches may be cut at both ends.
    #[field(versions = "0+")]
    pub unaligned_records: Option<RecordsField<'a>>,
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

/// A partition's leader and its epoch.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct LeaderIdAndEpoch {
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
}

/// Where a broker named above can be reached.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct NodeEndpoint<'a> {
    /// The node's id.
    #[field(versions = "1+")]
    pub node_id: i32,
    /// The host name or address.
    #[field(versions = "1+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "1+")]
    pub port: u16,
}
