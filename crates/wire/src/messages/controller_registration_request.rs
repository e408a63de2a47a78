//! `ControllerRegistrationRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::ControllerRegistrationResponse};

/// Kafka's `ControllerRegistrationRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 70, versions = "0", flexible = "0+", response(ControllerRegistrationResponse<'r>))]
pub struct ControllerRegistrationRequest<'a> {
    /// Kafka's `ControllerId`.
    #[field(versions = "0+")]
    pub controller_id: i32,
    /// Kafka's `IncarnationId`.
    #[field(versions = "0+")]
    pub incarnation_id: Uuid,
    /// Kafka's `ZkMigrationReady`.
    #[field(versions = "0+")]
    pub zk_migration_ready: bool,
    /// Kafka's `Listeners`.
    #[field(versions = "0+")]
    pub listeners: Vec<Listener<'a>>,
    /// Kafka's `Features`.
    #[field(versions = "0+")]
    pub features: Vec<Feature<'a>>,
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
    /// Kafka's `SecurityProtocol`.
    #[field(versions = "0+")]
    pub security_protocol: i16,
}

/// Kafka's `Feature`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct Feature<'a> {
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
