//! Opening the controller at boot: which cluster this node belongs to, formatting where there is nothing, reading
//! snapshot and log where there is something, and the records with which a Kafka node begins every run.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thalweg_config::{BrokerConfig, Settings};
use thalweg_controller::{
    BootstrapError, ControllerSettings, FeatureRange, LATEST_METADATA_VERSION, MINIMUM_METADATA_VERSION,
    Registration,
};
use thalweg_metadata::{
    Checkpoint, Endpoint, KRAFT_VERSION, Loader, METADATA_VERSION, MetadataImage, RecordList, ReplayError,
    SupportedVersions, Voter,
};
use thalweg_model::{DirectoryId, Now, Uuid};
use thalweg_platform::{Disk, Random, Wake};
use thalweg_wire::EncodeError;

use super::checkpoints::{self, CheckpointId};
use super::format::{check_empty, create_durable_dir, format_metadata, some_topic_partition};
use super::host::{ControllerHost, Parts};
use super::meta_properties::MetaProperties;
use super::metadata_log::{Known, LogError, MetadataLog};

/// What boot must tell the controller beside the configuration.
#[derive(Clone, Debug)]
pub struct ControllerOptions {
    /// Features this build serves, `metadata.version` and `kraft.version` among them.
    pub features: Vec<FeatureRange>,
    /// What the process was started with.
    pub start: Arc<Settings>,
    /// Name, host and port of the controller's listener as a new directory's voters record has them. Not
    /// opened on a single node, but a Kafka that opens the directory reads it.
    pub controller_endpoint: (String, String, u16),
    /// Where clients reach this broker; goes into its registration.
    pub endpoints: Vec<Endpoint>,
    /// Broker epoch in `.kafka_cleanshutdown`, `None` when the last stop was not clean. The caller has read it
    /// and will remove it before the first append to any partition.
    pub previous_broker_epoch: Option<i64>,
    /// Ends the sleep of the thread that calls `turn`.
    pub wake: Arc<dyn Wake>,
}

/// Why the controller cannot start. Each says which file or directory, and what to do.
#[derive(Debug)]
pub enum ControllerError {
    /// The disk failed, or a small file is not what it should be.
    Io(PathBuf, io::Error),
    /// The metadata log cannot be used.
    Log(LogError),
    /// A checkpoint cannot be used.
    Checkpoint(PathBuf, ReplayError),
    /// A directory without `meta.properties` holds a partition: it is not formatted over.
    NotOurs(PathBuf, String),
    /// A directory belongs to another node.
    OtherNode {
        /// The directory.
        log_dir: PathBuf,
        /// The node it belongs to.
        found: i32,
        /// This node.
        configured: i32,
    },
    /// Two log directories belong to different clusters.
    OtherCluster {
        /// The second one.
        log_dir: PathBuf,
        /// Its cluster.
        found: String,
        /// The first one's.
        expected: String,
    },
    /// The metadata quorum has other voters than this node.
    OtherVoters(PathBuf),
    /// The cluster has finalized a format that this build does not know.
    MetadataVersion {
        /// The level found.
        found: i16,
    },
    /// The bootstrap checkpoint cannot begin a log.
    Bootstrap(BootstrapError),
    /// A record could not be encoded.
    Encode(EncodeError),
}

impl fmt::Display for ControllerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Log(error) => write!(
                f,
                "the cluster metadata cannot be read: {error}; nothing was changed, restore the file from a backup \
                 or a replica"
            ),
            Self::Checkpoint(path, error) => write!(f, "{}: {error}", path.display()),
            Self::NotOurs(path, partition) => write!(
                f,
                "{} holds the partition {partition} but no meta.properties, so it is not known whose it is; \
                 choose an empty directory or restore that file",
                path.display()
            ),
            Self::OtherNode { log_dir, found, configured } => write!(
                f,
                "{} belongs to node.id {found}, but this node is configured as node.id {configured}; set node.id or \
                 choose another directory",
                log_dir.display()
            ),
            Self::OtherCluster { log_dir, found, expected } => write!(
                f,
                "{} belongs to cluster {found}, the other log directories to cluster {expected}",
                log_dir.display()
            ),
            Self::OtherVoters(path) => write!(
                f,
                "{} belongs to a quorum of several controllers, which this build cannot lead alone",
                path.display()
            ),
            Self::MetadataVersion { found } => write!(
                f,
                "the cluster's metadata.version is {found}; this build serves {MINIMUM_METADATA_VERSION} to \
                 {LATEST_METADATA_VERSION}"
            ),
            Self::Bootstrap(error) => write!(f, "the bootstrap checkpoint cannot be used: {error}"),
            Self::Encode(error) => write!(f, "a metadata record cannot be encoded: {error}"),
        }
    }
}

impl std::error::Error for ControllerError {}

impl From<EncodeError> for ControllerError {
    fn from(error: EncodeError) -> Self {
        Self::Encode(error)
    }
}

impl From<LogError> for ControllerError {
    fn from(error: LogError) -> Self {
        Self::Log(error)
    }
}

/// Opens this node's controller, formatting directories that are empty. The caller holds the directories' locks.
/// Afterwards the broker is registered and fenced: it opens its logs and then calls
/// [`ControllerHandle::broker_ready`](super::ControllerHandle::broker_ready).
pub fn open_or_format(
    disk: Arc<dyn Disk>,
    random: Arc<dyn Random>,
    config: &BrokerConfig,
    options: ControllerOptions,
    now: Now,
) -> Result<ControllerHost, ControllerError> {
    let settings = ControllerSettings {
        node_id: config.node_id,
        num_partitions: config.topic_creation.num_partitions,
        default_replication_factor: config.topic_creation.default_replication_factor,
        delete_topic_enable: config.topic_creation.delete_topic_enable,
        min_insync_replicas: config.topic_defaults.min_insync_replicas,
        start: Arc::clone(&options.start),
        features: options.features.clone(),
    };
    let metadata_log_dir = PathBuf::from(&config.metadata_log_dir);
    let mut log_dirs: Vec<PathBuf> = config.log_dirs.iter().map(PathBuf::from).collect();
    if !log_dirs.contains(&metadata_log_dir) {
        log_dirs.push(metadata_log_dir.clone());
    }
    let metadata_dir = metadata_log_dir.join(METADATA_DIRECTORY);
    let identity =
        identify(&*disk, &*random, &log_dirs, &metadata_log_dir, &settings, &options, now.wall_ms)?;

    let was_clean = options.previous_broker_epoch.is_some();
    let (image, snapshots) = load_snapshot(&*disk, &metadata_dir)?;
    let snapshot_end = image.highest_offset + 1;
    let mut loader = Loader::new(image);
    let known = Known { from: snapshot_end, was_clean, witness: some_topic_partition(&*disk, &log_dirs)? };
    let log =
        MetadataLog::open(Arc::clone(&disk), &metadata_dir, known, |batch| loader.batch(batch).map(drop))?;
    let bootstrap = bootstrap(&*disk, &metadata_dir, &metadata_log_dir)?;
    let formatted = bootstrap.as_ref().map_or(&[][..], |checkpoint| &checkpoint.quorum.voters);
    for voters in [&loader.image().quorum.voters[..], formatted] {
        check_voters(voters, settings.node_id, identity.metadata_directory_id, &metadata_dir)?;
    }
    check_features(loader.image(), &settings)?;
    // Not before everything else is known to fit: a refused directory stays as it was.
    for (log_dir, meta) in &identity.nameless {
        meta.write(&*disk, log_dir).map_err(|error| ControllerError::Io(log_dir.clone(), error))?;
    }

    let supported = settings.features.iter().map(|feature| SupportedVersions {
        name: feature.name.to_owned(),
        min: feature.min,
        max: feature.max,
    });
    let broker = Registration {
        id: settings.node_id,
        incarnation_id: random.uuid(),
        endpoints: options.endpoints.clone(),
        features: supported.collect(),
        rack: config.rack.clone(),
        log_dirs: config
            .log_dirs
            .iter()
            .filter_map(|dir| identity.directories.iter().find(|(path, _)| path == Path::new(dir)))
            .map(|&(_, id)| id)
            .collect(),
    };
    let (name, host, port) = options.controller_endpoint.clone();
    let controller = Registration {
        incarnation_id: random.uuid(),
        endpoints: vec![Endpoint { name, host, port, security_protocol: 0 }],
        ..broker.clone()
    };
    let mut host = ControllerHost::new(Parts {
        disk: Arc::clone(&disk),
        random,
        settings,
        limits: config.metadata.clone(),
        metadata_dir: metadata_dir.clone(),
        log,
        loader,
        snapshots,
        cluster_id: identity.cluster_id,
        directories: identity.directories,
        wake: options.wake,
        now,
    });
    host.begin(&bootstrap, &controller, &broker, options.previous_broker_epoch, now)?;
    Ok(host)
}

/// Who this node is and which directories are its.
struct Identity {
    cluster_id: String,
    directories: Vec<(PathBuf, DirectoryId)>,
    metadata_directory_id: DirectoryId,
    /// Directories of before KIP-858, which had no ids, with the one they get.
    nameless: Vec<(PathBuf, MetaProperties)>,
}

fn identify(
    disk: &dyn Disk,
    random: &dyn Random,
    log_dirs: &[PathBuf],
    metadata_log_dir: &Path,
    settings: &ControllerSettings,
    options: &ControllerOptions,
    now_ms: i64,
) -> Result<Identity, ControllerError> {
    let io = |path: &Path, error| ControllerError::Io(path.to_owned(), error);
    let mut found: Vec<(PathBuf, Option<MetaProperties>)> = Vec::new();
    for dir in log_dirs {
        let meta =
            MetaProperties::read(disk, dir).map_err(|error| io(&dir.join("meta.properties"), error))?;
        found.push((dir.clone(), meta));
    }
    let mut cluster_id: Option<String> = None;
    for (log_dir, meta) in &found {
        let Some(meta) = meta else { continue };
        if meta.node_id != settings.node_id {
            return Err(ControllerError::OtherNode {
                log_dir: log_dir.clone(),
                found: meta.node_id,
                configured: settings.node_id,
            });
        }
        match &cluster_id {
            Some(expected) if *expected != meta.cluster_id => {
                return Err(ControllerError::OtherCluster {
                    log_dir: log_dir.clone(),
                    found: meta.cluster_id.clone(),
                    expected: expected.clone(),
                });
            }
            _ => cluster_id = Some(meta.cluster_id.clone()),
        }
    }
    let cluster_id = cluster_id.unwrap_or_else(|| random.uuid().to_string());
    let (mut directories, mut nameless) = (Vec::new(), Vec::new());
    // The metadata directory last: its meta.properties says that formatting is complete.
    found.sort_by_key(|(log_dir, _)| log_dir == metadata_log_dir);
    for (log_dir, meta) in found {
        let is_new = meta.is_none();
        if is_new {
            check_empty(disk, &log_dir)?;
            create_durable_dir(disk, &log_dir).map_err(|error| io(&log_dir, error))?;
        }
        let mut meta = meta.unwrap_or_else(|| MetaProperties {
            cluster_id: cluster_id.clone(),
            node_id: settings.node_id,
            directory_id: None,
        });
        let directory_id = meta.directory_id.unwrap_or_else(|| random.uuid());
        if is_new && log_dir == metadata_log_dir {
            let metadata_dir = log_dir.join(METADATA_DIRECTORY);
            format_metadata(disk, &metadata_dir, directory_id, settings, options, now_ms)?;
        }
        if meta.directory_id.is_none() {
            meta.directory_id = Some(directory_id);
            if is_new {
                meta.write(disk, &log_dir).map_err(|error| io(&log_dir, error))?;
            } else {
                nameless.push((log_dir.clone(), meta));
            }
        }
        directories.push((log_dir, directory_id));
    }
    let metadata_directory_id =
        directories.iter().find(|(path, _)| path == metadata_log_dir).map_or(Uuid::ZERO, |&(_, id)| id);
    Ok(Identity { cluster_id, directories, metadata_directory_id, nameless })
}

/// The image of the newest snapshot, or an empty one with the bootstrap's voters; and all snapshots' names.
fn load_snapshot(
    disk: &dyn Disk,
    metadata_dir: &Path,
) -> Result<(MetadataImage, Vec<CheckpointId>), ControllerError> {
    let io = |error| ControllerError::Io(metadata_dir.to_owned(), error);
    let mut ids = match checkpoints::list(disk, metadata_dir) {
        Ok(ids) => ids,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(io(error)),
    };
    ids.retain(|&id| id != CheckpointId::BOOTSTRAP);
    let Some(&newest) = ids.last() else { return Ok((MetadataImage::empty(), ids)) };
    let checkpoint = read_checkpoint(disk, &newest.path(metadata_dir))?;
    let image = checkpoint
        .into_image(newest.end_offset, newest.epoch)
        .map_err(|error| ControllerError::Checkpoint(newest.path(metadata_dir), error))?;
    Ok((image, ids))
}

/// What a new log begins with: the 0-0 checkpoint (KIP-1170), or what earlier Kafkas called
/// `bootstrap.checkpoint`.
fn bootstrap(
    disk: &dyn Disk,
    metadata_dir: &Path,
    metadata_log_dir: &Path,
) -> Result<Option<Checkpoint>, ControllerError> {
    let mut bootstrap: Option<Checkpoint> = None;
    for path in [CheckpointId::BOOTSTRAP.path(metadata_dir), metadata_log_dir.join("bootstrap.checkpoint")] {
        match disk.stat(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(ControllerError::Io(path, error)),
            Ok(_) => {}
        }
        let found = read_checkpoint(disk, &path)?;
        match &mut bootstrap {
            // Before 4.4 the voters stood in one file and the features in the other.
            Some(first) if first.records.is_empty() => first.records = found.records,
            Some(_) => {}
            None => bootstrap = Some(found),
        }
    }
    Ok(bootstrap)
}

fn read_checkpoint(disk: &dyn Disk, path: &Path) -> Result<Checkpoint, ControllerError> {
    let bytes =
        disk.read(path, CHECKPOINT_SIZE_MAX).map_err(|error| ControllerError::Io(path.to_owned(), error))?;
    Checkpoint::parse(&bytes).map_err(|error| ControllerError::Checkpoint(path.to_owned(), error))
}

/// A lone node leads only where it is the one voter, from this very directory.
fn check_voters(
    voters: &[Voter],
    node_id: i32,
    directory_id: DirectoryId,
    metadata_dir: &Path,
) -> Result<(), ControllerError> {
    match voters {
        [] => Ok(()),
        [voter] if voter.id == node_id && voter.directory_id == directory_id => Ok(()),
        _ => Err(ControllerError::OtherVoters(metadata_dir.to_owned())),
    }
}

fn check_features(image: &MetadataImage, settings: &ControllerSettings) -> Result<(), ControllerError> {
    if image.highest_offset < 0 {
        return Ok(());
    }
    let found = image.features.metadata_version();
    if found != 0 && !(MINIMUM_METADATA_VERSION..=LATEST_METADATA_VERSION).contains(&found) {
        return Err(ControllerError::MetadataVersion { found });
    }
    let mut not_served: Vec<String> = Vec::new();
    for (name, &level) in image.features.levels.iter().filter(|(name, _)| &***name != METADATA_VERSION) {
        if !settings.feature(name).is_some_and(|range| (range.min..=range.max).contains(&level)) {
            not_served.push(format!("{name}={level}"));
        }
    }
    if image.quorum.kraft_version > 1 {
        not_served.push(format!("{KRAFT_VERSION}={}", image.quorum.kraft_version));
    }
    if !not_served.is_empty() {
        tracing::warn!(
            event = "features_not_served",
            features = not_served.join(","),
            "the cluster has finalized feature levels that this build does not serve; they are kept, and what needs \
             them is refused"
        );
    }
    Ok(())
}

/// The bootstrap records of a directory that has none: formatted by something older than any we read.
pub(super) fn bootstrap_records_of(bootstrap: Option<&Checkpoint>) -> RecordList {
    bootstrap.map(|checkpoint| checkpoint.records.clone()).unwrap_or_default()
}

/// The metadata log's directory in its log directory.
pub(super) const METADATA_DIRECTORY: &str = "__cluster_metadata-0";
/// A snapshot of a million partitions has some 100 MiB.
const CHECKPOINT_SIZE_MAX: u64 = 2 << 30;
