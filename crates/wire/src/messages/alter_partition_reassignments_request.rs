//! `AlterPartitionReassignmentsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AlterPartitionReassignmentsResponse;

/// Kafka's `AlterPartitionReassignmentsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 45, versions = "0-1", flexible = "0+", response(AlterPartitionReassignmentsResponse<'r>))]
pub struct AlterPartitionReassignmentsRequest<'a> {
    /// Kafka's `TimeoutMs`.
    #[field(versions = "0+", default = 60000)]
    pub timeout_ms: i32,
    /// Kafka's `AllowReplicationFactorChange`.
    #[field(versions = "1+", default = true)]
    pub allow_replication_factor_change: bool,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<ReassignableTopic<'a>>,
}

/// Kafka's `ReassignableTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct ReassignableTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<ReassignablePartition>,
}

/// Kafka's `ReassignablePartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct ReassignablePartition {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `Replicas`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub replicas: Option<Vec<i32>>,
}
