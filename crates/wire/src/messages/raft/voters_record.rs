//! `VotersRecord`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `VotersRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0", flexible = "0+")]
pub struct VotersRecord<'a> {
    /// Kafka's `Version`.
    #[field(versions = "0+")]
    pub version: i16,
    /// Kafka's `Voters`.
    #[field(versions = "0+")]
    pub voters: Vec<Voter<'a>>,
}

/// Kafka's `Voter`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct Voter<'a> {
    /// Kafka's `VoterId`.
    #[field(versions = "0+")]
    pub voter_id: i32,
    /// Kafka's `VoterDirectoryId`.
    #[field(versions = "0+")]
    pub voter_directory_id: Uuid,
    /// Kafka's `Endpoints`.
    #[field(versions = "0+")]
    pub endpoints: Vec<Endpoint<'a>>,
    /// Kafka's `KRaftVersionFeature`.
    #[field(name = "KRaftVersionFeature", versions = "0+")]
    pub kraft_version_feature: KRaftVersionFeature,
}

/// Kafka's `Endpoint`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct Endpoint<'a> {
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
