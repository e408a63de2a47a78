//! `AlterPartitionReassignmentsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `AlterPartitionReassignmentsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 45, versions = "0-1", flexible = "0+")]
pub struct AlterPartitionReassignmentsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `AllowReplicationFactorChange`.
    #[field(versions = "1+", default = true, ignorable)]
    pub allow_replication_factor_change: bool,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// Kafka's `Responses`.
    #[field(versions = "0+")]
    pub responses: Vec<ReassignableTopicResponse<'a>>,
}

/// Kafka's `ReassignableTopicResponse`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct ReassignableTopicResponse<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<ReassignablePartitionResponse<'a>>,
}

/// Kafka's `ReassignablePartitionResponse`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct ReassignablePartitionResponse<'a> {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
}
