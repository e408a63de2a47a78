//! RemoveRaftVoter (API key 81), request: removes a controller from the voters of the metadata log.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

use crate::{Uuid, messages::RemoveRaftVoterResponse};

/// Removes a controller from the voters of the metadata log.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 81, versions = "0", flexible = "0+", response(RemoveRaftVoterResponse<'r>))]
pub struct RemoveRaftVoterRequest<'a> {
    /// The cluster's id.
    #[field(versions = "0+", nullable = "0+")]
    pub cluster_id: Option<&'a str>,
    /// The voter's node id.
    #[field(versions = "0+")]
    pub voter_id: i32,
    /// The id of the voter's metadata directory.
    #[field(versions = "0+")]
    pub voter_directory_id: Uuid,
}
