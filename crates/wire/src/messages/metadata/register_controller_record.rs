//! RegisterControllerRecord (record type 27): a controller registered.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// A controller registered.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 27, versions = "0", flexible = "0+")]
pub struct RegisterControllerRecord<'a> {
    /// The active controller, or a broker that stands for it.
    #[field(versions = "0+")]
    pub controller_id: i32,
    /// A new id for every start of the process.
    #[field(versions = "0+")]
    pub incarnation_id: Uuid,
    /// Whether the node is ready for a migration from ZooKeeper; a relic.
    #[field(versions = "0+")]
    pub zk_migration_ready: bool,
    /// Where the node can be reached.
    #[field(versions = "0+")]
    pub end_points: Vec<ControllerEndpoint<'a>>,
    /// The features.
    #[field(versions = "0+")]
    pub features: Vec<ControllerFeature<'a>>,
}

/// One entry of [`RegisterControllerRecord::end_points`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ControllerEndpoint<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The host name or address.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "0+")]
    pub port: u16,
    /// The security protocol, as Kafka numbers them.
    #[field(versions = "0+")]
    pub security_protocol: i16,
}

/// One entry of [`RegisterControllerRecord::features`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ControllerFeature<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The lowest version supported.
    #[field(versions = "0+")]
    pub min_supported_version: i16,
    /// The highest version supported.
    #[field(versions = "0+")]
    pub max_supported_version: i16,
}
