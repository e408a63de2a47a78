//! Formatting: what `kafka-storage format --standalone` makes. `meta.properties` in every log directory and, in
//! the metadata directory, the bootstrap checkpoint with the finalized features and this node as only voter.

use std::io;
use std::path::{Path, PathBuf};

use thalweg_controller::{ControllerSettings, bootstrap_features};
use thalweg_metadata::{Checkpoint, QuorumImage, Voter, VoterEndpoint};
use thalweg_model::DirectoryId;
use thalweg_platform::{Disk, EntryKind};

use super::checkpoints::CheckpointId;
use super::open::{ControllerError, ControllerOptions};

/// Writes the bootstrap checkpoint of a new cluster.
pub fn format_metadata(
    disk: &dyn Disk,
    metadata_dir: &Path,
    directory_id: DirectoryId,
    settings: &ControllerSettings,
    options: &ControllerOptions,
    now_ms: i64,
) -> Result<(), ControllerError> {
    let (name, host, port) = options.controller_endpoint.clone();
    let checkpoint = Checkpoint {
        last_contained_log_timestamp: now_ms,
        quorum: QuorumImage {
            kraft_version: 1,
            voters: vec![Voter {
                id: settings.node_id,
                directory_id,
                endpoints: vec![VoterEndpoint { name, host, port }],
                kraft_versions: (0, 1),
            }],
            leader_id: -1,
        },
        records: bootstrap_features(settings)?,
    };
    let bytes = checkpoint.to_bytes(0, now_ms)?;
    let io = |error| ControllerError::Io(metadata_dir.to_owned(), error);
    create_durable_dir(disk, metadata_dir).map_err(io)?;
    disk.replace(&CheckpointId::BOOTSTRAP.path(metadata_dir), &bytes).map_err(io)
}

/// Makes a directory and those above it, with all their names durable. Somebody may have made some of them a
/// moment ago without saying so, so every name on the way is synced; one that may not be looked into was there
/// long before.
pub fn create_durable_dir(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    disk.create_dir_all(path)?;
    for parent in path.ancestors().skip(1) {
        let parent = if parent.as_os_str().is_empty() { Path::new(".") } else { parent };
        match disk.sync_dir(parent) {
            Err(error) if error.kind() != io::ErrorKind::PermissionDenied => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// A directory that is to be formatted must not hold partitions: they would be another broker's, and a new
/// cluster would not know them.
pub fn check_empty(disk: &dyn Disk, log_dir: &Path) -> Result<(), ControllerError> {
    let is_foreign = |name: &str| !is_unfinished_format(disk, log_dir, name);
    match find_partition(disk, log_dir, is_foreign)? {
        None => Ok(()),
        Some(name) => Err(ControllerError::NotOurs(log_dir.to_owned(), name)),
    }
}

/// A partition of a topic in one of these directories: a sign that there has been metadata that knows it.
pub fn some_topic_partition(
    disk: &dyn Disk,
    log_dirs: &[PathBuf],
) -> Result<Option<PathBuf>, ControllerError> {
    for log_dir in log_dirs {
        if let Some(name) = find_partition(disk, log_dir, |name| name != super::open::METADATA_DIRECTORY)? {
            return Ok(Some(log_dir.join(name)));
        }
    }
    Ok(None)
}

/// The first directory that is named as a partition is, and wanted.
fn find_partition(
    disk: &dyn Disk,
    log_dir: &Path,
    is_wanted: impl Fn(&str) -> bool,
) -> Result<Option<String>, ControllerError> {
    let entries = match disk.list(log_dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ControllerError::Io(log_dir.to_owned(), error)),
    };
    let found = entries.into_iter().find(|entry| {
        let index = entry.name.rsplit_once('-').is_some_and(|(topic, index)| {
            !topic.is_empty() && !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit())
        });
        entry.kind == EntryKind::Directory && index && is_wanted(&entry.name)
    });
    Ok(found.map(|entry| entry.name))
}

/// A metadata directory with nothing but the bootstrap in it: a format that a crash cut short.
fn is_unfinished_format(disk: &dyn Disk, log_dir: &Path, name: &str) -> bool {
    let directory: PathBuf = log_dir.join(name);
    name == super::open::METADATA_DIRECTORY
        && disk
            .list(&directory)
            .is_ok_and(|entries| entries.iter().all(|entry| entry.name.contains(".checkpoint")))
}
