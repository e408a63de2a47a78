//! What all roles of one broker share: identity, configuration, the published views, the accounts.
//!
//! Holds handles and immutable values; every mutable part inside synchronises itself and says how. Decides
//! nothing.

use std::sync::Arc;

use thalweg_config::{BrokerConfig, Effective, Settings};
use thalweg_controller::{FeatureRange, LATEST_METADATA_VERSION, MINIMUM_METADATA_VERSION};
use thalweg_metadata::{
    ELIGIBLE_LEADER_REPLICAS_VERSION, GROUP_VERSION, KRAFT_VERSION, METADATA_VERSION, MetadataImage,
    TRANSACTION_VERSION,
};
use thalweg_platform::{Clock, Disk, Random};

use crate::admission::Admission;
use crate::api::init_producer_id::ProducerIds;
use crate::audit::Audit;
use crate::authorizer::Authorizer;
use crate::compute::Job;
use crate::controller::ControllerHandle;
use crate::coordinators::CoordinatorMessage;
use crate::disk::{LogDirectories, ReadMessage};
use crate::dynamic_config::DynamicConfig;
use crate::fetch_session::FetchSessions;
use crate::log_levels::LogLevels;
use crate::login::Logins;
use crate::login::gate::GateMessage;
use crate::mailbox::Sender;
use crate::memory::MemoryAccount;
use crate::metrics::Metrics;
use crate::quotas::Quotas;
use crate::telemetry::Telemetry;
use crate::tokens::Tokens;
use crate::topics::Topics;

/// The features this build serves: what it advertises and, in a new cluster, finalizes.
pub const FEATURES: &[FeatureRange] = &[
    FeatureRange { name: METADATA_VERSION, min: MINIMUM_METADATA_VERSION, max: LATEST_METADATA_VERSION },
    FeatureRange { name: KRAFT_VERSION, min: 0, max: 1 },
    FeatureRange { name: ELIGIBLE_LEADER_REPLICAS_VERSION, min: 0, max: 1 },
    FeatureRange { name: GROUP_VERSION, min: 0, max: 1 },
    FeatureRange { name: TRANSACTION_VERSION, min: 0, max: 2 },
];

/// Where clients are told to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advertised {
    /// The listener's name.
    pub listener: String,
    /// `None`: the address the client itself connected to (`--advertise auto`).
    pub host: Option<String>,
    /// The port, never 0.
    pub port: u16,
}

/// Limits that the request path asks for, as it needs them.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// `socket.request.max.bytes`.
    pub frame_bytes: usize,
}

/// The shared part of a broker.
#[derive(Debug)]
pub struct Node {
    /// Static configuration.
    pub config: Arc<BrokerConfig>,
    /// The cluster's id.
    pub cluster_id: Arc<str>,
    /// By listener index.
    pub advertised: Vec<Advertised>,
    /// Request limits.
    pub limits: Limits,
    /// The way to the controller, and the metadata it has published.
    pub controller: ControllerHandle,
    /// The partitions served.
    pub topics: Arc<Topics>,
    /// Who may do what; `None` while everybody may do everything.
    pub authorizer: Option<Arc<Authorizer>>,
    /// Where decisions are noted; `None`: nowhere.
    pub audit: Option<Arc<Audit>>,
    /// How delegation tokens are made; `None` while they are not served.
    pub tokens: Option<Tokens>,
    /// Who may use how much.
    pub quotas: Arc<Quotas>,
    /// Producer ids for idempotent producers.
    pub producer_ids: ProducerIds,
    /// What the process was started with, for DescribeConfigs.
    pub settings: Arc<Settings>,
    /// Configuration as it counts now, dynamic values included.
    pub dynamic: Arc<DynamicConfig>,
    /// Metrics that clients push.
    pub telemetry: Telemetry,
    /// Levels of the log.
    pub log_levels: LogLevels,
    /// Fetch sessions.
    pub sessions: FetchSessions,
    /// Request memory.
    pub memory: Arc<MemoryAccount>,
    /// Connection counts.
    pub admission: Arc<Admission>,
    /// What is counted for operators.
    pub metrics: Metrics,
    /// The log directories.
    pub directories: Arc<LogDirectories>,
    /// The read pool's mailbox.
    pub read_pool: Sender<ReadMessage>,
    /// The compute role's mailbox.
    pub compute: Sender<Job>,
    /// The coordinators' mailbox.
    pub coordinators: Sender<CoordinatorMessage>,
    /// What listeners ask of connections.
    pub logins: Arc<Logins>,
    /// The gate's mailbox.
    pub gate: Sender<GateMessage>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub random: Arc<dyn Random>,
    /// Files.
    pub disk: Arc<dyn Disk>,
}

impl Node {
    /// The metadata as of now.
    pub fn image(&self) -> Arc<MetadataImage> {
        self.controller.image()
    }

    /// This broker's epoch, −1 before it is registered.
    pub fn broker_epoch(&self) -> i64 {
        self.image().cluster.brokers.get(&self.config.node_id).map_or(-1, |broker| broker.epoch)
    }

    /// Whether groups of KIP-848 are served: the broker's configuration names their protocol, and the cluster's
    /// `group.version` has it.
    pub fn serves_consumer_protocol(&self) -> bool {
        self.config.consumer_protocol && self.image().features.level(GROUP_VERSION) > 0
    }

    /// Runs `look` over every layer of broker configuration: start, cluster-wide and this broker's own.
    pub fn with_effective<T>(&self, image: &MetadataImage, look: impl FnOnce(&Effective<'_>) -> T) -> T {
        self.dynamic.with_effective(image, look)
    }
}
