//! `ListPartitionReassignmentsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `ListPartitionReassignmentsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 46, versions = "0", flexible = "0+")]
pub struct ListPartitionReassignmentsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<OngoingTopicReassignment<'a>>,
}

/// Kafka's `OngoingTopicReassignment`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct OngoingTopicReassignment<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<OngoingPartitionReassignment>,
}

/// Kafka's `OngoingPartitionReassignment`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct OngoingPartitionReassignment {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `Replicas`.
    #[field(versions = "0+")]
    pub replicas: Vec<i32>,
    /// Kafka's `AddingReplicas`.
    #[field(versions = "0+")]
    pub adding_replicas: Vec<i32>,
    /// Kafka's `RemovingReplicas`.
    #[field(versions = "0+")]
    pub removing_replicas: Vec<i32>,
}
