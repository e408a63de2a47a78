//! `UpdateRaftVoterRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::UpdateRaftVoterResponse};

/// Kafka's `UpdateRaftVoterRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 82, versions = "0", flexible = "0+", response(UpdateRaftVoterResponse<'r>))]
pub struct UpdateRaftVoterRequest<'a> {
    /// Kafka's `ClusterId`.
    #[field(versions = "0+", nullable = "0+")]
    pub cluster_id: Option<&'a str>,
    /// Kafka's `CurrentLeaderEpoch`.
    #[field(versions = "0+")]
    pub current_leader_epoch: i32,
    /// Kafka's `VoterId`.
    #[field(versions = "0+")]
    pub voter_id: i32,
    /// Kafka's `VoterDirectoryId`.
    #[field(versions = "0+")]
    pub voter_directory_id: Uuid,
    /// Kafka's `Listeners`.
    #[field(versions = "0+")]
    pub listeners: Vec<Listener<'a>>,
    /// Kafka's `KRaftVersionFeature`.
    #[field(name = "KRaftVersionFeature", versions = "0+")]
    pub kraft_version_feature: KRaftVersionFeature,
}

/// Kafka's `Listener`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
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

/// Kafka's `KRaftVersionFeature`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct KRaftVersionFeature {
    /// Kafka's `MinSupportedVersion`.
    #[field(versions = "0+")]
    pub min_supported_version: i16,
    /// Kafka's `MaxSupportedVersion`.
    #[field(versions = "0+")]
    pub max_supported_version: i16,
}
