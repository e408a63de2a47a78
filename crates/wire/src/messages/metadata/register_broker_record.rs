//! RegisterBrokerRecord (record type 0): a broker registered.
//!
//! Versions 0 to 4, flexible.
//!
//! - v1: adds `in_controlled_shutdown`.
//! - v2: adds `is_migrating_zk_broker`.
//! - v3: adds `log_dirs`.
//! - v4: adds `cordoned_log_dirs`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// A broker registered.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 0, versions = "0-4", flexible = "0+")]
pub struct RegisterBrokerRecord<'a> {
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// Whether the broker comes from a ZooKeeper cluster; a relic.
    #[field(versions = "2+")]
    pub is_migrating_zk_broker: bool,
    /// A new id for every start of the process.
    #[field(versions = "0+")]
    pub incarnation_id: Uuid,
    /// The broker's epoch: the log's end when its registration was handled.
    #[field(versions = "0+")]
    pub broker_epoch: i64,
    /// Where the node can be reached.
    #[field(versions = "0+")]
    pub end_points: Vec<BrokerEndpoint<'a>>,
    /// The features.
    #[field(versions = "0+")]
    pub features: Vec<BrokerFeature<'a>>,
    /// The rack; null if unknown.
    #[field(versions = "0+", nullable = "0+")]
    pub rack: Option<&'a str>,
    /// The change of fencing: -1 unfence, 0 none, 1 fence.
    #[field(versions = "0+", default = true)]
    pub fenced: bool,
    /// The change of controlled shutdown: 0 none, 1 begun.
    #[field(versions = "1+")]
    pub in_controlled_shutdown: bool,
    /// The log directories.
    #[field(versions = "3+", tag = 0)]
    pub log_dirs: Vec<Uuid>,
    /// The log directories that get no new replicas.
    #[field(versions = "4+", nullable = "4+", tag = 1, default = null)]
    pub cordoned_log_dirs: Option<Vec<Uuid>>,
}

/// One entry of [`RegisterBrokerRecord::end_points`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-4", flexible = "0+")]
pub struct BrokerEndpoint<'a> {
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

/// One entry of [`RegisterBrokerRecord::features`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-4", flexible = "0+")]
pub struct BrokerFeature<'a> {
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
