//! `FetchSnapshotRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::FetchSnapshotResponse};

/// Kafka's `FetchSnapshotRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 59, versions = "0-1", flexible = "0+", response(FetchSnapshotResponse<'r>))]
pub struct FetchSnapshotRequest<'a> {
    /// Kafka's `ClusterId`.
    #[field(versions = "0+", nullable = "0+", tag = 0, default = null)]
    pub cluster_id: Option<&'a str>,
    /// Kafka's `ReplicaId`.
    #[field(versions = "0+", default = -1)]
    pub replica_id: i32,
    /// Kafka's `MaxBytes`.
    #[field(versions = "0+", default = 0x7fffffff)]
    pub max_bytes: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicSnapshot<'a>>,
}

/// Kafka's `TopicSnapshot`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopicSnapshot<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionSnapshot>,
}

/// Kafka's `PartitionSnapshot`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct PartitionSnapshot {
    /// Kafka's `Partition`.
    #[field(versions = "0+")]
    pub partition: i32,
    /// Kafka's `CurrentLeaderEpoch`.
    #[field(versions = "0+")]
    pub current_leader_epoch: i32,
    /// Kafka's `SnapshotId`.
    #[field(versions = "0+")]
    pub snapshot_id: SnapshotId,
    /// Kafka's `Position`.
    #[field(versions = "0+")]
    pub position: i64,
    /// Kafka's `ReplicaDirectoryId`.
    #[field(versions = "1+", tag = 0, ignorable)]
    pub replica_directory_id: Uuid,
}

/// Kafka's `SnapshotId`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct SnapshotId {
    /// Kafka's `EndOffset`.
    #[field(versions = "0+")]
    pub end_offset: i64,
    /// Kafka's `Epoch`.
    #[field(versions = "0+")]
    pub epoch: i32,
}
