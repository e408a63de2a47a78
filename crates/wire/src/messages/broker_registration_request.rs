//! BrokerRegistration (API key 62), request: a starting broker registers with the controller.
//!
//! Versions 0 to 4, flexible.
//!
//! - v1: adds `is_migrating_zk_broker`.
//! - v2: adds `log_dirs`.
//! - v3: adds `previous_broker_epoch`.
//! - v4: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::BrokerRegistrationResponse};

/// A starting broker registers with the controller.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 62, versions = "0-4", flexible = "0+", response(BrokerRegistrationResponse))]
pub struct BrokerRegistrationRequest<'a> {
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// The cluster's id.
    #[field(versions = "0+")]
    pub cluster_id: &'a str,
    /// A new id for every start of the process.
    #[field(versions = "0+")]
    pub incarnation_id: Uuid,
    /// The listeners.
    #[field(versions = "0+")]
    pub listeners: Vec<Listener<'a>>,
    /// The features.
    #[field(versions = "0+")]
    pub features: Vec<Feature<'a>>,
    /// The rack; null if unknown.
    #[field(versions = "0+", nullable = "0+")]
    pub rack: Option<&'a str>,
    /// Whether the broker comes from a ZooKeeper cluster; a relic.
    #[field(versions = "1+")]
    pub is_migrating_zk_broker: bool,
    /// The log directories.
    #[field(versions = "2+", ignorable)]
    pub log_dirs: Vec<Uuid>,
    /// The broker's epoch before its last clean stop, -1 if unknown.
    #[field(versions = "3+", default = -1, ignorable)]
    pub previous_broker_epoch: i64,
}

/// One entry of [`BrokerRegistrationRequest::listeners`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-4", flexible = "0+")]
pub struct Listener<'a> {
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

/// One entry of [`BrokerRegistrationRequest::features`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-4", flexible = "0+")]
pub struct Feature<'a> {
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
