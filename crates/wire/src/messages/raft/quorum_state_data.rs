//! QuorumStateData: the file `quorum-state`, as JSON there: who leads and whom this node voted for.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `voted_directory_id`, drops `cluster_id`, `applied_offset`, `current_voters`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// The file `quorum-state`, as JSON there: who leads and whom this node voted for.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0-1", flexible = "0+")]
pub struct QuorumStateData<'a> {
    /// The cluster's id.
    #[field(versions = "0")]
    pub cluster_id: &'a str,
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "0+", default = -1)]
    pub leader_id: i32,
    /// The leader epoch.
    #[field(versions = "0+", default = -1)]
    pub leader_epoch: i32,
    /// Whom the node voted for, -1 for nobody.
    #[field(versions = "0+", default = -1)]
    pub voted_id: i32,
    /// The metadata directory of the one voted for.
    #[field(versions = "1+")]
    pub voted_directory_id: Uuid,
    /// Unused.
    #[field(versions = "0")]
    pub applied_offset: i64,
    /// The voters.
    #[field(versions = "0", nullable = "0")]
    pub current_voters: Option<Vec<Voter>>,
}

/// One entry of [`QuorumStateData::current_voters`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Voter {
    /// The voter's node id.
    #[field(versions = "0")]
    pub voter_id: i32,
}
