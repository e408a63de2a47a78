//! VotersRecord: the control record that names the voters of the metadata log.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// The control record that names the voters of the metadata log.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0", flexible = "0+")]
pub struct VotersRecord<'a> {
    /// The version.
    #[field(versions = "0+")]
    pub version: i16,
    /// The voters.
    #[field(versions = "0+")]
    pub voters: Vec<Voter<'a>>,
}

/// One entry of [`VotersRecord::voters`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct Voter<'a> {
    /// The voter's node id.
    #[field(versions = "0+")]
    pub voter_id: i32,
    /// The id of the voter's metadata directory.
    #[field(versions = "0+")]
    pub voter_directory_id: Uuid,
    /// Where the node can be reached.
    #[field(versions = "0+")]
    pub endpoints: Vec<Endpoint<'a>>,
    /// The versions of kraft.version the voter supports.
    #[field(name = "KRaftVersionFeature", versions = "0+")]
    pub kraft_version_feature: KRaftVersionFeature,
}

/// One entry of [`Voter::endpoints`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct Endpoint<'a> {
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

/// The value of [`Voter::kraft_version_feature`].
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
