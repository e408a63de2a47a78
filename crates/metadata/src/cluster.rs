//! Brokers and controllers that have registered.

use std::sync::Arc;

use imbl::OrdMap;
use thalweg_model::{DirectoryId, Uuid};

/// Everyone who has registered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClusterImage {
    /// Brokers by id.
    pub brokers: OrdMap<i32, Arc<BrokerRegistration>>,
    /// Controllers by id.
    pub controllers: OrdMap<i32, Arc<ControllerRegistration>>,
}

impl ClusterImage {
    /// Whether a broker is registered, serving and not shutting down: only such a one may join an ISR.
    #[must_use]
    pub fn is_active(&self, broker_id: i32) -> bool {
        self.brokers.get(&broker_id).is_some_and(|broker| !broker.fenced && !broker.in_controlled_shutdown)
    }
}

/// A broker as it registered, and what has changed since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokerRegistration {
    /// Node id.
    pub id: i32,
    /// Number of this incarnation.
    pub epoch: i64,
    /// Random id of the process.
    pub incarnation_id: Uuid,
    /// Where clients and brokers reach it.
    pub endpoints: Vec<Endpoint>,
    /// Feature levels it can serve.
    pub features: Vec<SupportedVersions>,
    /// `broker.rack`.
    pub rack: Option<String>,
    /// Registered but not serving.
    pub fenced: bool,
    /// On its way out: leads nothing new.
    pub in_controlled_shutdown: bool,
    /// Left over from ZooKeeper days; read and written back, never set.
    pub is_migrating_zk_broker: bool,
    /// Ids of its log directories, sorted.
    pub log_dirs: Vec<DirectoryId>,
    /// Directories that take no new partitions (KIP-1066); `None` when the broker has not said.
    pub cordoned_log_dirs: Option<Vec<DirectoryId>>,
}

/// A controller as it registered (KIP-919).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControllerRegistration {
    /// Node id.
    pub id: i32,
    /// Random id of the process.
    pub incarnation_id: Uuid,
    /// Left over from ZooKeeper days.
    pub zk_migration_ready: bool,
    /// Where it listens.
    pub endpoints: Vec<Endpoint>,
    /// Feature levels it can serve.
    pub features: Vec<SupportedVersions>,
}

/// Where a node listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Listener name.
    pub name: String,
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Kafka's code: 0 PLAINTEXT, 1 SSL, 2 SASL_PLAINTEXT, 3 SASL_SSL.
    pub security_protocol: i16,
}

/// Levels of one feature that a node can serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportedVersions {
    /// The feature.
    pub name: String,
    /// Lowest level.
    pub min: i16,
    /// Highest level.
    pub max: i16,
}
