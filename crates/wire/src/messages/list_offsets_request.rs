//! `ListOffsetsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::ListOffsetsResponse;

/// Kafka's `ListOffsetsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 2, versions = "1-11", flexible = "6+", response(ListOffsetsResponse<'r>))]
pub struct ListOffsetsRequest<'a> {
    /// Kafka's `ReplicaId`.
    #[field(versions = "0+")]
    pub replica_id: i32,
    /// Kafka's `IsolationLevel`.
    #[field(versions = "2+")]
    pub isolation_level: i8,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<ListOffsetsTopic<'a>>,
    /// Kafka's `TimeoutMs`.
    #[field(versions = "10+", ignorable)]
    pub timeout_ms: i32,
}

/// Kafka's `ListOffsetsTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-11", flexible = "6+")]
pub struct ListOffsetsTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<ListOffsetsPartition>,
}

/// Kafka's `ListOffsetsPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-11", flexible = "6+")]
pub struct ListOffsetsPartition {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `CurrentLeaderEpoch`.
    #[field(versions = "4+", default = -1, ignorable)]
    pub current_leader_epoch: i32,
    /// Kafka's `Timestamp`.
    #[field(versions = "0+")]
    pub timestamp: i64,
}
