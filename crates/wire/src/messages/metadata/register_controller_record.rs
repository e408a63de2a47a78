//! `RegisterControllerRecord`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `RegisterControllerRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 27, versions = "0", flexible = "0+")]
pub struct RegisterControllerRecord<'a> {
    /// Kafka's `ControllerId`.
    #[field(versions = "0+")]
    pub controller_id: i32,
    /// Kafka's `IncarnationId`.
    #[field(versions = "0+")]
    pub incarnation_id: Uuid,
    /// Kafka's `ZkMigrationReady`.
    #[field(versions = "0+")]
    pub zk_migration_ready: bool,
    /// Kafka's `EndPoints`.
    #[field(versions = "0+")]
    pub end_points: Vec<ControllerEndpoint<'a>>,
    /// Kafka's `Features`.
    #[field(versions = "0+")]
    pub features: Vec<ControllerFeature<'a>>,
}

/// Kafka's `ControllerEndpoint`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ControllerEndpoint<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Host`.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "0+")]
    pub port: u16,
    /// Kafka's `SecurityProtocol`.
    #[field(versions = "0+")]
    pub security_protocol: i16,
}

/// Kafka's `ControllerFeature`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ControllerFeature<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `MinSupportedVersion`.
    #[field(versions = "0+")]
    pub min_supported_version: i16,
    /// Kafka's `MaxSupportedVersion`.
    #[field(versions = "0+")]
    pub max_supported_version: i16,
}
