//! CreatePartitions (API key 37), request: asks to give topics more partitions.
//!
//! Versions 0 to 3, flexible from 2.
//!
//! - v1: the layout of the version before.
//! - v2: flexible.
//! - v3: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::messages::CreatePartitionsResponse;

/// Asks to give topics more partitions.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 37, versions = "0-3", flexible = "2+", response(CreatePartitionsResponse<'r>))]
pub struct CreatePartitionsRequest<'a> {
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<CreatePartitionsTopic<'a>>,
    /// How long the operation may take, in milliseconds.
    #[field(versions = "0+")]
    pub timeout_ms: i32,
    /// Only check, change nothing.
    #[field(versions = "0+")]
    pub validate_only: bool,
}

/// One entry of [`CreatePartitionsRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-3", flexible = "2+")]
pub struct CreatePartitionsTopic<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// How many partitions there shall be.
    #[field(versions = "0+")]
    pub count: i32,
    /// Replica assignments by hand.
    #[field(versions = "0+", nullable = "0+")]
    pub assignments: Option<Vec<CreatePartitionsAssignment>>,
}

/// One entry of [`CreatePartitionsTopic::assignments`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-3", flexible = "2+")]
pub struct CreatePartitionsAssignment {
    /// The brokers.
    #[field(versions = "0+")]
    pub broker_ids: Vec<i32>,
}
