//! `QuorumStateData`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `QuorumStateData`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0-1", flexible = "0+")]
pub struct QuorumStateData<'a> {
    /// Kafka's `ClusterId`.
    #[field(versions = "0")]
    pub cluster_id: &'a str,
    /// Kafka's `LeaderId`.
    #[field(versions = "0+", default = -1)]
    pub leader_id: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+", default = -1)]
    pub leader_epoch: i32,
    /// Kafka's `VotedId`.
    #[field(versions = "0+", default = -1)]
    pub voted_id: i32,
    /// Kafka's `VotedDirectoryId`.
    #[field(versions = "1+")]
    pub voted_directory_id: Uuid,
    /// Kafka's `AppliedOffset`.
    #[field(versions = "0")]
    pub applied_offset: i64,
    /// Kafka's `CurrentVoters`.
    #[field(versions = "0", nullable = "0")]
    pub current_voters: Option<Vec<Voter>>,
}

/// Kafka's `Voter`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Voter {
    /// Kafka's `VoterId`.
    #[field(versions = "0")]
    pub voter_id: i32,
}
