//! LeaderChangeMessage: the control record that begins every KRaft leader epoch.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `voters.voter_directory_id`, `granting_voters.voter_directory_id`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// The control record that begins every KRaft leader epoch.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0-1", flexible = "0+")]
pub struct LeaderChangeMessage {
    /// The version.
    #[field(versions = "0+")]
    pub version: i16,
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// The voters.
    #[field(versions = "0+")]
    pub voters: Vec<Voter>,
    /// The voters that voted for the leader.
    #[field(versions = "0+")]
    pub granting_voters: Vec<Voter>,
}

/// One entry of `LeaderChangeMessage.voters`, `LeaderChangeMessage.granting_voters`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Voter {
    /// The voter's node id.
    #[field(versions = "0+")]
    pub voter_id: i32,
    /// The id of the voter's metadata directory.
    #[field(versions = "1+")]
    pub voter_directory_id: Uuid,
}
