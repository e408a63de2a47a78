//! `LeaderChangeMessage`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `LeaderChangeMessage`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0-1", flexible = "0+")]
pub struct LeaderChangeMessage {
    /// Kafka's `Version`.
    #[field(versions = "0+")]
    pub version: i16,
    /// Kafka's `LeaderId`.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// Kafka's `Voters`.
    #[field(versions = "0+")]
    pub voters: Vec<Voter>,
    /// Kafka's `GrantingVoters`.
    #[field(versions = "0+")]
    pub granting_voters: Vec<Voter>,
}

/// Kafka's `Voter`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Voter {
    /// Kafka's `VoterId`.
    #[field(versions = "0+")]
    pub voter_id: i32,
    /// Kafka's `VoterDirectoryId`.
    #[field(versions = "1+")]
    pub voter_directory_id: Uuid,
}
