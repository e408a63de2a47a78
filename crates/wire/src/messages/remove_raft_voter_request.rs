//! `RemoveRaftVoterRequest`.

use thalweg_wire_derive::Message;

use crate::{Uuid, messages::RemoveRaftVoterResponse};

/// Kafka's `RemoveRaftVoterRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 81, versions = "0", flexible = "0+", response(RemoveRaftVoterResponse<'r>))]
pub struct RemoveRaftVoterRequest<'a> {
    /// Kafka's `ClusterId`.
    #[field(versions = "0+", nullable = "0+")]
    pub cluster_id: Option<&'a str>,
    /// Kafka's `VoterId`.
    #[field(versions = "0+")]
    pub voter_id: i32,
    /// Kafka's `VoterDirectoryId`.
    #[field(versions = "0+")]
    pub voter_directory_id: Uuid,
}
