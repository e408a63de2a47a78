//! What a new directory's metadata begins with, and what a newer build adds to an older directory.

use std::fmt;

use thalweg_metadata::{
    FeaturesImage, KRAFT_VERSION, Loader, METADATA_VERSION, MetadataImage, Progress, RecordList, ReplayError,
    ResourceType,
};
use thalweg_wire::EncodeError;
use thalweg_wire::messages::metadata::{
    BeginTransactionRecord, ConfigRecord, EndTransactionRecord, FeatureLevelRecord,
};

use crate::ControllerSettings;
use crate::alter_configs::MIN_INSYNC_REPLICAS;

/// Kafka 4.4's newest metadata.version (4.4-IV2), which a new directory gets.
pub const LATEST_METADATA_VERSION: i16 = 33;
/// The oldest that Kafka 4 still opens (3.3-IV3).
pub const MINIMUM_METADATA_VERSION: i16 = 7;

/// Feature levels of a new directory, in the order Kafka writes them: metadata.version first, then by name, the
/// highest level of everything this build serves. `kraft.version` is not among them: it goes into control
/// records.
pub fn bootstrap_features(settings: &ControllerSettings) -> Result<RecordList, EncodeError> {
    let mut records = RecordList::new();
    for (name, feature_level) in served_levels(settings) {
        records.push(FeatureLevelRecord { name, feature_level }, 0)?;
    }
    Ok(records)
}

/// The first records of a log, one atomic batch: what the bootstrap checkpoint says, and, where that finalizes
/// eligible leader replicas, the cluster's `min.insync.replicas`, which they need to be the same on every broker.
pub fn bootstrap_records(
    settings: &ControllerSettings,
    bootstrap: &RecordList,
) -> Result<RecordList, BootstrapError> {
    let mut loader = Loader::new(MetadataImage::empty());
    loader.list(Progress { base_offset: 0, epoch: 0, timestamp: 0 }, bootstrap)?;
    let features = &loader.image().features;
    let mut records = RecordList::new();
    if features.transactions_known() {
        records.push(BeginTransactionRecord { name: Some("Bootstrap records") }, 0)?;
    }
    records.append(bootstrap);
    if features.elr_enabled() {
        let value = settings.min_insync_replicas.to_string();
        let record = ConfigRecord {
            resource_type: ResourceType::Broker.code(),
            resource_name: "",
            name: MIN_INSYNC_REPLICAS,
            value: Some(&value),
        };
        records.push(record, 0)?;
    }
    if features.transactions_known() {
        records.push(EndTransactionRecord {}, 0)?;
    }
    Ok(records)
}

/// Why a bootstrap checkpoint cannot begin a log.
#[derive(Debug)]
pub enum BootstrapError {
    /// A record in it cannot be applied.
    Replay(ReplayError),
    /// A record of ours could not be encoded.
    Encode(EncodeError),
}

impl fmt::Display for BootstrapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Replay(error) => error.fmt(f),
            Self::Encode(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for BootstrapError {}

impl From<ReplayError> for BootstrapError {
    fn from(error: ReplayError) -> Self {
        Self::Replay(error)
    }
}

impl From<EncodeError> for BootstrapError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

/// Levels to raise because this build serves features that the directory, made by an earlier build of ours,
/// does not have yet. A level that is there is left as it is; so is everything when `metadata.version` is
/// older than this build's, for then the directory is another broker's and its operator decides.
pub fn features_to_add(
    settings: &ControllerSettings,
    present: &FeaturesImage,
) -> Result<RecordList, EncodeError> {
    let mut records = RecordList::new();
    if present.metadata_version() != LATEST_METADATA_VERSION {
        return Ok(records);
    }
    for (name, feature_level) in served_levels(settings) {
        if present.level(name) == 0 {
            records.push(FeatureLevelRecord { name, feature_level }, 0)?;
        }
    }
    Ok(records)
}

fn served_levels(settings: &ControllerSettings) -> Vec<(&'static str, i16)> {
    let mut levels: Vec<(&str, i16)> = settings
        .features
        .iter()
        .filter(|feature| feature.name != KRAFT_VERSION && feature.max > 0)
        .map(|feature| (feature.name, feature.max))
        .collect();
    // false sorts before true: metadata.version leads.
    levels.sort_by_key(|(name, _)| (*name != METADATA_VERSION, *name));
    levels
}

const _: () = assert!(MINIMUM_METADATA_VERSION < LATEST_METADATA_VERSION);
