//! `ListPartitionReassignmentsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::ListPartitionReassignmentsResponse;

/// Kafka's `ListPartitionReassignmentsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 46, versions = "0", flexible = "0+", response(ListPartitionReassignmentsResponse<'r>))]
pub struct ListPartitionReassignmentsRequest<'a> {
    /// Kafka's `TimeoutMs`.
    #[field(versions = "0+", default = 60000)]
    pub timeout_ms: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub topics: Option<Vec<ListPartitionReassignmentsTopics<'a>>>,
}

/// Kafka's `ListPartitionReassignmentsTopics`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ListPartitionReassignmentsTopics<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `PartitionIndexes`.
    #[field(versions = "0+")]
    pub partition_indexes: Vec<i32>,
}
