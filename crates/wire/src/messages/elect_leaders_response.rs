//! ElectLeaders (API key 43), response: per partition, how the election went.
//!
//! Versions 0 to 2, flexible from 2.
//!
//! - v1: adds `error_code`.
//! - v2: flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`ElectLeadersRequest`](super::ElectLeadersRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 43, versions = "0-2", flexible = "2+")]
pub struct ElectLeadersResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "1+")]
    pub error_code: i16,
    /// Results by topic.
    #[field(versions = "0+")]
    pub replica_election_results: Vec<ReplicaElectionResult<'a>>,
}

/// One entry of [`ElectLeadersResponse::replica_election_results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct ReplicaElectionResult<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// Results by partition.
    #[field(versions = "0+")]
    pub partition_result: Vec<PartitionResult<'a>>,
}

/// One entry of [`ReplicaElectionResult::partition_result`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct PartitionResult<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_id: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
}
