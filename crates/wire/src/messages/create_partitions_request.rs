//! `CreatePartitionsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::CreatePartitionsResponse;

/// Kafka's `CreatePartitionsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 37, versions = "0-3", flexible = "2+", response(CreatePartitionsResponse<'r>))]
pub struct CreatePartitionsRequest<'a> {
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<CreatePartitionsTopic<'a>>,
    /// Kafka's `TimeoutMs`.
    #[field(versions = "0+")]
    pub timeout_ms: i32,
    /// Kafka's `ValidateOnly`.
    #[field(versions = "0+")]
    pub validate_only: bool,
}

/// Kafka's `CreatePartitionsTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-3", flexible = "2+")]
pub struct CreatePartitionsTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Count`.
    #[field(versions = "0+")]
    pub count: i32,
    /// Kafka's `Assignments`.
    #[field(versions = "0+", nullable = "0+")]
    pub assignments: Option<Vec<CreatePartitionsAssignment>>,
}

/// Kafka's `CreatePartitionsAssignment`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-3", flexible = "2+")]
pub struct CreatePartitionsAssignment {
    /// Kafka's `BrokerIds`.
    #[field(versions = "0+")]
    pub broker_ids: Vec<i32>,
}
