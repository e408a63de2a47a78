//! `BrokerRegistrationRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::BrokerRegistrationResponse};

/// Kafka's `BrokerRegistrationRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 62, versions = "0-4", flexible = "0+", response(BrokerRegistrationResponse))]
pub struct BrokerRegistrationRequest<'a> {
    /// Kafka's `BrokerId`.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// Kafka's `ClusterId`.
    #[field(versions = "0+")]
    pub cluster_id: &'a str,
    /// Kafka's `IncarnationId`.
    #[field(versions = "0+")]
    pub incarnation_id: Uuid,
    /// Kafka's `Listeners`.
    #[field(versions = "0+")]
    pub listeners: Vec<Listener<'a>>,
    /// Kafka's `Features`.
    #[field(versions = "0+")]
    pub features: Vec<Feature<'a>>,
    /// Kafka's `Rack`.
    #[field(versions = "0+", nullable = "0+")]
    pub rack: Option<&'a str>,
    /// Kafka's `IsMigratingZkBroker`.
    #[field(versions = "1+")]
    pub is_migrating_zk_broker: bool,
    /// Kafka's `LogDirs`.
    #[field(versions = "2+", ignorable)]
    pub log_dirs: Vec<Uuid>,
    /// Kafka's `PreviousBrokerEpoch`.
    #[field(versions = "3+", default = -1, ignorable)]
    pub previous_broker_epoch: i64,
}

/// Kafka's `Listener`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-4", flexible = "0+")]
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
#[part(versions = "0-4", flexible = "0+")]
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
