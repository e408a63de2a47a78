//! CreateTopics (API key 19), request: asks for new topics.
//!
//! Versions 2 to 7, flexible from 5.
//!
//! - v2: versions 0 and 1 went with Kafka 4.0.
//! - v3: the layout of the version before.
//! - v4: -1 partitions or replicas take the broker's defaults (KIP-464).
//! - v5: flexible; the answer describes the topic (KIP-525).
//! - v6: the answer may say THROTTLING_QUOTA_EXCEEDED (KIP-599).
//! - v7: the answer names the topic's id (KIP-516).

use thalweg_wire_derive::{Message, Part};

use crate::messages::CreateTopicsResponse;

/// Asks for new topics.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 19, versions = "2-7", flexible = "5+", response(CreateTopicsResponse<'r>))]
pub struct CreateTopicsRequest<'a> {
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<CreatableTopic<'a>>,
    /// How long the operation may take, in milliseconds.
    #[field(name = "timeoutMs", versions = "0+", default = 60000)]
    pub timeout_ms: i32,
    /// Only check, change nothing.
    #[field(name = "validateOnly", versions = "1+")]
    pub validate_only: bool,
}

/// One entry of [`CreateTopicsRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-7", flexible = "5+")]
pub struct CreatableTopic<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// How many partitions.
    #[field(versions = "0+")]
    pub num_partitions: i32,
    /// Replicas per partition.
    #[field(versions = "0+")]
    pub replication_factor: i16,
    /// Replica assignments by hand.
    #[field(versions = "0+")]
    pub assignments: Vec<CreatableReplicaAssignment>,
    /// The configuration.
    #[field(versions = "0+")]
    pub configs: Vec<CreatableTopicConfig<'a>>,
}

/// One entry of [`CreatableTopic::assignments`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-7", flexible = "5+")]
pub struct CreatableReplicaAssignment {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The brokers.
    #[field(versions = "0+")]
    pub broker_ids: Vec<i32>,
}

/// One entry of [`CreatableTopic::configs`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-7", flexible = "5+")]
pub struct CreatableTopicConfig<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The value.
    #[field(versions = "0+", nullable = "0+")]
    pub value: Option<&'a str>,
}
