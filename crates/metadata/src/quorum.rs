//! What the log's control records say: who leads the metadata quorum and who votes in it.

use thalweg_model::Uuid;

/// State of the metadata quorum as its own log tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuorumImage {
    /// KIP-853's `kraft.version`.
    pub kraft_version: i16,
    /// The voters, when `kraft_version` ≥ 1; otherwise they come from configuration.
    pub voters: Vec<Voter>,
    /// Who opened the current epoch; −1 before the first LeaderChange.
    pub leader_id: i32,
}

/// One voter of the metadata quorum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voter {
    /// Its node id.
    pub id: i32,
    /// The id of its metadata log directory.
    pub directory_id: Uuid,
    /// Where its controller listens.
    pub endpoints: Vec<VoterEndpoint>,
    /// Lowest and highest `kraft.version` it can speak.
    pub kraft_versions: (i16, i16),
}

/// A voter's controller listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoterEndpoint {
    /// The listener's name.
    pub name: String,
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
}
