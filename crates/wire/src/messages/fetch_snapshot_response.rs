//! `FetchSnapshotResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::RecordsField;

/// Kafka's `FetchSnapshotResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 59, versions = "0-1", flexible = "0+")]
pub struct FetchSnapshotResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicSnapshot<'a>>,
    /// Kafka's `NodeEndpoints`.
    #[field(versions = "1+", tag = 0)]
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
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
    pub partitions: Vec<PartitionSnapshot<'a>>,
}

/// Kafka's `PartitionSnapshot`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct PartitionSnapshot<'a> {
    /// Kafka's `Index`.
    #[field(versions = "0+")]
    pub index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `SnapshotId`.
    #[field(versions = "0+")]
    pub snapshot_id: SnapshotId,
    /// Kafka's `CurrentLeader`.
    #[field(versions = "0+", tag = 0)]
    pub current_leader: LeaderIdAndEpoch,
    /// Kafka's `Size`.
    #[field(versions = "0+")]
    pub size: i64,
    /// Kafka's `Position`.
    #[field(versions = "0+")]
    pub position: i64,
    /// Kafka's `UnalignedRecords`.
    #[field(versions = "0+")]
    pub unaligned_records: Option<RecordsField<'a>>,
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

/// Kafka's `LeaderIdAndEpoch`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct LeaderIdAndEpoch {
    /// Kafka's `LeaderId`.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
}

/// Kafka's `NodeEndpoint`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct NodeEndpoint<'a> {
    /// Kafka's `NodeId`.
    #[field(versions = "1+")]
    pub node_id: i32,
    /// Kafka's `Host`.
    #[field(versions = "1+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "1+")]
    pub port: u16,
}
