//! AddRaftVoter (API key 80), request: adds a controller to the voters of the metadata log.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `ack_when_committed`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::AddRaftVoterResponse};

/// Adds a controller to the voters of the metadata log.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 80, versions = "0-1", flexible = "0+", response(AddRaftVoterResponse<'r>))]
pub struct AddRaftVoterRequest<'a> {
    /// The cluster's id.
    #[field(versions = "0+", nullable = "0+")]
    pub cluster_id: Option<&'a str>,
    /// How long the operation may take, in milliseconds.
    #[field(versions = "0+")]
    pub timeout_ms: i32,
    /// The voter's node id.
    #[field(versions = "0+")]
    pub voter_id: i32,
    /// The id of the voter's metadata directory.
    #[field(versions = "0+")]
    pub voter_directory_id: Uuid,
    /// The listeners.
    #[field(versions = "0+")]
    pub listeners: Vec<Listener<'a>>,
    /// Answer only when the change is committed.
    #[field(versions = "1+", default = true)]
    pub ack_when_committed: bool,
}

/// One entry of [`AddRaftVoterRequest::listeners`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Listener<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The host name or address.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "0+")]
    pub port: u16,
}
