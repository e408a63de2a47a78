//! ListPartitionReassignments (API key 46), request: asks which partitions are being moved.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::ListPartitionReassignmentsResponse;

/// Asks which partitions are being moved.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 46, versions = "0", flexible = "0+", response(ListPartitionReassignmentsResponse<'r>))]
pub struct ListPartitionReassignmentsRequest<'a> {
    /// How long the operation may take, in milliseconds.
    #[field(versions = "0+", default = 60000)]
    pub timeout_ms: i32,
    /// The topics.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub topics: Option<Vec<ListPartitionReassignmentsTopics<'a>>>,
}

/// One entry of [`ListPartitionReassignmentsRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ListPartitionReassignmentsTopics<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partition_indexes: Vec<i32>,
}
