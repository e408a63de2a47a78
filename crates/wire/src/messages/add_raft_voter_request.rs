//! `AddRaftVoterRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::AddRaftVoterResponse};

/// Kafka's `AddRaftVoterRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 80, versions = "0-1", flexible = "0+", response(AddRaftVoterResponse<'r>))]
pub struct AddRaftVoterRequest<'a> {
    /// Kafka's `ClusterId`.
    #[field(versions = "0+", nullable = "0+")]
    pub cluster_id: Option<&'a str>,
    /// Kafka's `TimeoutMs`.
    #[field(versions = "0+")]
    pub timeout_ms: i32,
    /// Kafka's `VoterId`.
    #[field(versions = "0+")]
    pub voter_id: i32,
    /// Kafka's `VoterDirectoryId`.
    #[field(versions = "0+")]
    pub voter_directory_id: Uuid,
    /// Kafka's `Listeners`.
    #[field(versions = "0+")]
    pub listeners: Vec<Listener<'a>>,
    /// Kafka's `AckWhenCommitted`.
    #[field(versions = "1+", default = true)]
    pub ack_when_committed: bool,
}

/// Kafka's `Listener`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Listener<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Host`.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "0+")]
    pub port: u16,
}
