//! The cluster's metadata: records in, an immutable image and a list of changes out.
//!
//! A [`MetadataImage`] is what every other room reads: topics, partitions, brokers, configurations, features.
//! It is made by one thing only, replay of metadata records ([`Loader`]), so a restart, a failover and a test
//! are the same. Snapshots turn an image back into records. Never does I/O, never asks the time, never decides
//! what should be written: that is the controller's.

mod change;
mod cluster;
mod configs;
mod delta;
mod error;
mod features;
mod image;
mod loader;
mod quorum;
mod quotas;
mod records;
mod security;
mod snapshot;
mod topics;

pub use change::Change;
pub use cluster::{BrokerRegistration, ClusterImage, ControllerRegistration, Endpoint, SupportedVersions};
pub use configs::{ConfigResource, ConfigsImage, ResourceType};
pub use delta::MetadataDelta;
pub use error::ReplayError;
pub use features::{
    ELIGIBLE_LEADER_REPLICAS_VERSION, FeaturesImage, GROUP_VERSION, KRAFT_VERSION, METADATA_VERSION,
    SHARE_VERSION, STREAMS_VERSION, TRANSACTION_VERSION,
};
pub use image::MetadataImage;
pub use loader::{Loader, Progress};
pub use quorum::{QuorumImage, Voter, VoterEndpoint};
pub use quotas::{ClientQuotasImage, QuotaEntity};
pub use records::RecordList;
pub use security::{
    AccessControlEntry, AclsImage, DelegationToken, DelegationTokensImage, ScramCredential, ScramImage,
};
pub use snapshot::{Checkpoint, control_batch, quorum_records, snapshot, snapshot_records};
pub use topics::{LeaderRecoveryState, NO_LEADER, PartitionRegistration, TopicImage, TopicsImage};
