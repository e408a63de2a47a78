//! `RegisterBrokerRecord`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `RegisterBrokerRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 0, versions = "0-4", flexible = "0+")]
pub struct RegisterBrokerRecord<'a> {
    /// Kafka's `BrokerId`.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// Kafka's `IsMigratingZkBroker`.
    #[field(versions = "2+")]
    pub is_migrating_zk_broker: bool,
    /// Kafka's `IncarnationId`.
    #[field(versions = "0+")]
    pub incarnation_id: Uuid,
    /// Kafka's `BrokerEpoch`.
    #[field(versions = "0+")]
    pub broker_epoch: i64,
    /// Kafka's `EndPoints`.
    #[field(versions = "0+")]
    pub end_points: Vec<BrokerEndpoint<'a>>,
    /// Kafka's `Features`.
    #[field(versions = "0+")]
    pub features: Vec<BrokerFeature<'a>>,
    /// Kafka's `Rack`.
    #[field(versions = "0+", nullable = "0+")]
    pub rack: Option<&'a str>,
    /// Kafka's `Fenced`.
    #[field(versions = "0+", default = true)]
    pub fenced: bool,
    /// Kafka's `InControlledShutdown`.
    #[field(versions = "1+")]
    pub in_controlled_shutdown: bool,
    /// Kafka's `LogDirs`.
    #[field(versions = "3+", tag = 0)]
    pub log_dirs: Vec<Uuid>,
    /// Kafka's `CordonedLogDirs`.
    #[field(versions = "4+", nullable = "4+", tag = 1, default = null)]
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
}

/// Kafka's `BrokerEndpoint`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-4", flexible = "0+")]
pub struct BrokerEndpoint<'a> {
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

/// Kafka's `BrokerFeature`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-4", flexible = "0+")]
pub struct BrokerFeature<'a> {
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
