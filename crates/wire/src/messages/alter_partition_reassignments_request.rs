//! AlterPartitionReassignments (API key 45), request: moves partitions to other replicas, or calls a
//! move off.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `allow_replication_factor_change`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AlterPartitionReassignmentsResponse;

/// Moves partitions to other replicas, or calls a move off.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 45, versions = "0-1", flexible = "0+", response(AlterPartitionReassignmentsResponse<'r>))]
pub struct AlterPartitionReassignmentsRequest<'a> {
    /// How long the operation may take, in milliseconds.
    #[field(versions = "0+", default = 60000)]
    pub timeout_ms: i32,
    /// Whether the replica count may change.
    #[field(versions = "1+", default = true)]
    pub allow_replication_factor_change: bool,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<ReassignableTopic<'a>>,
}

/// One entry of [`AlterPartitionReassignmentsRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct ReassignableTopic<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<ReassignablePartition>,
}

/// One entry of [`ReassignableTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct ReassignablePartition {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The replicas, the preferred leader first.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub replicas: Option<Vec<i32>>,
}
