//! `CreateTopicsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::CreateTopicsResponse;

/// Kafka's `CreateTopicsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 19, versions = "2-7", flexible = "5+", response(CreateTopicsResponse<'r>))]
pub struct CreateTopicsRequest<'a> {
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<CreatableTopic<'a>>,
    /// Kafka's `timeoutMs`.
    #[field(name = "timeoutMs", versions = "0+", default = 60000)]
    pub timeout_ms: i32,
    /// Kafka's `validateOnly`.
    #[field(name = "validateOnly", versions = "1+")]
    pub validate_only: bool,
}

/// Kafka's `CreatableTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-7", flexible = "5+")]
pub struct CreatableTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `NumPartitions`.
    #[field(versions = "0+")]
    pub num_partitions: i32,
    /// Kafka's `ReplicationFactor`.
    #[field(versions = "0+")]
    pub replication_factor: i16,
    /// Kafka's `Assignments`.
    #[field(versions = "0+")]
    pub assignments: Vec<CreatableReplicaAssignment>,
    /// Kafka's `Configs`.
    #[field(versions = "0+")]
    pub configs: Vec<CreatableTopicConfig<'a>>,
}

/// Kafka's `CreatableReplicaAssignment`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-7", flexible = "5+")]
pub struct CreatableReplicaAssignment {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `BrokerIds`.
    #[field(versions = "0+")]
    pub broker_ids: Vec<i32>,
}

/// Kafka's `CreatableTopicConfig`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-7", flexible = "5+")]
pub struct CreatableTopicConfig<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Value`.
    #[field(versions = "0+", nullable = "0+")]
    pub value: Option<&'a str>,
}
