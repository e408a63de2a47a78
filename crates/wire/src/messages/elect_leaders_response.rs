//! `ElectLeadersResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `ElectLeadersResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 43, versions = "0-2", flexible = "2+")]
pub struct ElectLeadersResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "1+")]
    pub error_code: i16,
    /// Kafka's `ReplicaElectionResults`.
    #[field(versions = "0+")]
    pub replica_election_results: Vec<ReplicaElectionResult<'a>>,
}

/// Kafka's `ReplicaElectionResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct ReplicaElectionResult<'a> {
    /// Kafka's `Topic`.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// Kafka's `PartitionResult`.
    #[field(versions = "0+")]
    pub partition_result: Vec<PartitionResult<'a>>,
}

/// Kafka's `PartitionResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct PartitionResult<'a> {
    /// Kafka's `PartitionId`.
    #[field(versions = "0+")]
    pub partition_id: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
}
