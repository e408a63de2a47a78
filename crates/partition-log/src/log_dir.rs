//! A log directory: who may use it, whose it is, which partitions it holds, and the checkpoints that tell a
//! start how it was left. Decides nothing about partitions; boot and the checkpoint timer call it.

mod checkpoint;
mod meta;
mod names;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thalweg_model::BrokerEpoch;
use thalweg_platform::{Disk, DiskLock, EntryKind};

pub use checkpoint::{CheckpointKind, OffsetCheckpoint};
pub use meta::MetaProperties;
pub use names::{DirectoryKind, PartitionDirectory};

const LOCK: &str = ".lock";
const META_PROPERTIES: &str = "meta.properties";
const CLEAN_SHUTDOWN: &str = ".kafka_cleanshutdown";
const SMALL: u64 = 1 << 20;
const CHECKPOINT_LIMIT: u64 = 256 << 20;

/// An open log directory. The lock is held until it is dropped.
#[derive(Debug)]
pub struct LogDirectory {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    _lock: Box<dyn DiskLock>,
}

/// Why a log directory cannot be used. Nothing in it was changed.
#[derive(Debug)]
pub enum LogDirectoryError {
    /// Another process holds it.
    InUse(PathBuf),
    /// The disk refused.
    Io(PathBuf, io::Error),
    /// A file is there that is not what its name says.
    Unreadable(PathBuf, String),
}

impl LogDirectoryError {
    /// Whether there was no room to write: nothing is broken, and it passes.
    pub fn is_full(&self) -> bool {
        use io::ErrorKind::{QuotaExceeded, StorageFull, WriteZero};
        matches!(self, Self::Io(_, error) if matches!(error.kind(), StorageFull | QuotaExceeded | WriteZero))
    }
}

impl fmt::Display for LogDirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(path) => write!(
                f,
                "{} is in use by another process (its .lock is held); stop it or choose another directory",
                path.display()
            ),
            Self::Io(path, error) if is_about_rights(error) => write!(
                f,
                "{}: {error}; choose a directory in which this user may write (--data DIR), or change its rights",
                path.display()
            ),
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Unreadable(path, why) => write!(f, "{}: {why}", path.display()),
        }
    }
}

impl std::error::Error for LogDirectoryError {}

/// Whether another directory, or other rights on this one, would help.
fn is_about_rights(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, PermissionDenied, ReadOnlyFilesystem};
    matches!(error.kind(), NotADirectory | PermissionDenied | ReadOnlyFilesystem)
}

fn io_at(path: &Path) -> impl FnOnce(io::Error) -> LogDirectoryError {
    let path = path.to_owned();
    move |error| LogDirectoryError::Io(path, error)
}

impl LogDirectory {
    /// Makes the directory if it is not there, and locks it as a JVM broker would (`.lock`, fcntl).
    pub fn open(disk: Arc<dyn Disk>, path: &Path) -> Result<Self, LogDirectoryError> {
        if disk.stat(path).is_err() {
            disk.create_dir_all(path).map_err(io_at(path))?;
            if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
                disk.sync_dir(parent).map_err(io_at(parent))?;
            }
        }
        let lock_path = path.join(LOCK);
        let lock = match disk.lock(&lock_path) {
            Ok(lock) => lock,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return Err(LogDirectoryError::InUse(path.to_owned()));
            }
            Err(error) => return Err(LogDirectoryError::Io(lock_path, error)),
        };
        Ok(Self { disk, path: path.to_owned(), _lock: lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The disk it is on.
    pub fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }

    /// Whose directory it is; `None` for one that was never formatted.
    pub fn meta(&self) -> Result<Option<MetaProperties>, LogDirectoryError> {
        let path = self.path.join(META_PROPERTIES);
        let Some(text) = self.text(&path, SMALL)? else { return Ok(None) };
        MetaProperties::parse(&text).map(Some).map_err(|why| LogDirectoryError::Unreadable(path, why))
    }

    /// Formats the directory, or states its identity anew.
    pub fn write_meta(&self, meta: &MetaProperties) -> Result<(), LogDirectoryError> {
        self.replace(META_PROPERTIES, meta.to_text().as_bytes())
    }

    /// Whether the last stop was clean; takes the mark away, durably, so that a crash from now on is seen.
    /// The broker epoch in it proves the stop to the controller (KIP-966); −1 where none is known.
    pub fn take_clean_shutdown(&self) -> Result<Option<BrokerEpoch>, LogDirectoryError> {
        let path = self.path.join(CLEAN_SHUTDOWN);
        let Some(text) = self.text(&path, SMALL)? else { return Ok(None) };
        self.disk.remove_file(&path).map_err(io_at(&path))?;
        self.disk.sync_dir(&self.path).map_err(io_at(&self.path))?;
        // The mark counts even where what it says cannot be read: it is only written after a clean stop.
        let value: Option<serde_json::Value> = serde_json::from_str(&text).ok();
        let epoch =
            value.as_ref().and_then(|value| value.get("brokerEpoch")).and_then(serde_json::Value::as_i64);
        Ok(Some(BrokerEpoch(epoch.unwrap_or(-1))))
    }

    /// States that every log here was closed cleanly. The last thing a stop does.
    pub fn write_clean_shutdown(&self, epoch: BrokerEpoch) -> Result<(), LogDirectoryError> {
        self.replace(CLEAN_SHUTDOWN, format!("{{\"version\":0,\"brokerEpoch\":{epoch}}}").as_bytes())
    }

    /// Reads a checkpoint; empty when it was never written. A damaged one is an error: the caller decides
    /// whether it can go on without (recovery then reads more; a lost log start would show deleted records).
    pub fn read_checkpoint(&self, kind: CheckpointKind) -> Result<OffsetCheckpoint, LogDirectoryError> {
        let path = self.path.join(kind.file_name());
        let Some(text) = self.text(&path, CHECKPOINT_LIMIT)? else { return Ok(OffsetCheckpoint::default()) };
        OffsetCheckpoint::parse(&text).map_err(|why| LogDirectoryError::Unreadable(path, why))
    }

    /// Writes a checkpoint, whole or not at all.
    pub fn write_checkpoint(
        &self,
        kind: CheckpointKind,
        checkpoint: &OffsetCheckpoint,
    ) -> Result<(), LogDirectoryError> {
        self.replace(kind.file_name(), checkpoint.to_text().as_bytes())
    }

    /// Directories of partitions, live and on their way out, by name. Everything else (`lost+found`,
    /// `remote-log-index-cache`, other people's) is left out, and left alone.
    pub fn partitions(&self) -> Result<Vec<PartitionDirectory>, LogDirectoryError> {
        let mut found: Vec<_> = self
            .disk
            .list(&self.path)
            .map_err(io_at(&self.path))?
            .into_iter()
            .filter(|entry| entry.kind == EntryKind::Directory)
            .filter_map(|entry| PartitionDirectory::parse(&entry.name))
            .collect();
        found.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(found)
    }

    fn text(&self, path: &Path, limit: u64) -> Result<Option<String>, LogDirectoryError> {
        match self.disk.read(path, limit) {
            Ok(bytes) => match String::from_utf8(bytes) {
                Ok(text) => Ok(Some(text)),
                Err(_) => Err(LogDirectoryError::Unreadable(path.to_owned(), "not text".into())),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(LogDirectoryError::Io(path.to_owned(), error)),
        }
    }

    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), LogDirectoryError> {
        let path = self.path.join(name);
        self.disk.replace(&path, bytes).map_err(io_at(&path))
    }
}
