//! UpdateRaftVoter (API key 82), request: a voter of the metadata log changes its endpoints or
//! versions.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::UpdateRaftVoterResponse};

/// A voter of the metadata log changes its endpoints or versions.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 82, versions = "0", flexible = "0+", response(UpdateRaftVoterResponse<'r>))]
pub struct UpdateRaftVoterRequest<'a> {
    /// The cluster's id.
    #[field(versions = "0+", nullable = "0+")]
    pub cluster_id: Option<&'a str>,
    /// The leader epoch the sender knows, -1 if it does not care.
    #[field(versions = "0+")]
    pub current_leader_epoch: i32,
    /// The voter's node id.
    #[field(versions = "0+")]
    pub voter_id: i32,
    /// The id of the voter's metadata directory.
    #[field(versions = "0+")]
    pub voter_directory_id: Uuid,
    /// The listeners.
    #[field(versions = "0+")]
    pub listeners: Vec<Listener<'a>>,
    /// The versions of kraft.version the voter supports.
    #[field(name = "KRaftVersionFeature", versions = "0+")]
    pub kraft_version_feature: KRaftVersionFeature,
}

/// One entry of [`UpdateRaftVoterRequest::listeners`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
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

/// The value of [`UpdateRaftVoterRequest::kraft_version_feature`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct KRaftVersionFeature {
    /// The lowest version supported.
    #[field(versions = "0+")]
    pub min_supported_version: i16,
    /// The highest version supported.
    #[field(versions = "0+")]
    pub max_supported_version: i16,
}
