//! The log directories of this node: locked while it runs, each with its state and its disk thread; which
//! partition lies where; their checkpoints; the mark of a clean stop.
//!
//! Decides where a new partition goes (the directory the controller chose, else the one with the fewest). Never
//! removes a partition's files: what is deleted is renamed and handed to the janitor.

use std::collections::BTreeSet;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use parking_lot::Mutex;
use thalweg_config::{BrokerConfig, TopicConfig};
use thalweg_metadata::TopicImage;
use thalweg_model::{BrokerEpoch, DirectoryId, Now, Offset, TopicId, TopicPartition};
use thalweg_partition_log::{
    CheckpointKind, DirectoryKind, Doomed, LogDirectory, LogDirectoryError, OffsetCheckpoint, OpenError,
    Opening, PartitionDirectory, PartitionLog,
};
use thalweg_platform::{Disk, Wake};

use super::compacted::CompactedOffsets;
use super::moves::Move;
use super::{DiskMessage, LogDirectoryState};
use crate::mailbox::Sender;
use crate::metrics::PartitionMetrics;
use crate::partition::Partition;

/// Why the log directories cannot be used.
#[derive(Debug)]
pub enum DirectoryError {
    /// A directory cannot be locked or read.
    Unusable(LogDirectoryError),
    /// The controller does not know the directory.
    Unknown(PathBuf),
}

impl fmt::Display for DirectoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unusable(error) => error.fmt(f),
            Self::Unknown(path) => write!(f, "{}: the directory has no id", path.display()),
        }
    }
}

impl std::error::Error for DirectoryError {}

impl From<LogDirectoryError> for DirectoryError {
    fn from(error: LogDirectoryError) -> Self {
        Self::Unusable(error)
    }
}

/// One directory with its thread.
#[derive(Debug)]
pub struct ServedDirectory {
    /// How it is doing.
    pub state: Arc<LogDirectoryState>,
    /// Its disk thread and its sync thread.
    pub mailboxes: (Sender<DiskMessage>, Sender<DiskMessage>),
    log_dir: LogDirectory,
    was_clean: bool,
    recovery_points: OffsetCheckpoint,
    log_starts: OffsetCheckpoint,
    high_watermarks: OffsetCheckpoint,
    pub(super) compacted: CompactedOffsets,
    partitions: AtomicUsize,
    /// Partitions that are here but could not be opened: whatever the checkpoints say of them stays true.
    unopened: Mutex<BTreeSet<TopicPartition>>,
}

/// All of them.
#[derive(Debug)]
pub struct LogDirectories {
    disk: Arc<dyn Disk>,
    directories: Vec<ServedDirectory>,
    /// What was counted for partitions that have been deleted.
    pub retired: PartitionMetrics,
    /// Renamed partition directories that wait for the janitor.
    buried: Mutex<Vec<Buried>>,
    /// Partitions that are to lie in another directory.
    pub(super) moves: Mutex<Vec<Move>>,
    pub(super) janitor: Arc<dyn Wake>,
    /// `producer.id.expiration.ms`; may change at run time.
    producer_expiration_ms: AtomicI64,
}

/// A partition's directory, or a file that left a log, on its way out.
#[derive(Debug)]
pub struct Buried {
    /// Where it is now.
    pub path: PathBuf,
    /// It is a whole directory.
    pub is_directory: bool,
    /// Its topic's `file.delete.delay.ms`.
    pub delay_ms: i64,
}

/// Directories that are locked and whose marks have been read and removed.
#[derive(Debug)]
pub struct LockedDirectories {
    disk: Arc<dyn Disk>,
    locked: Vec<(PathBuf, LogDirectory, Option<BrokerEpoch>)>,
}

/// What ext4 makes in the root of a file system. Kafka takes it for a partition with a bad name.
const LOST_AND_FOUND: &str = "lost+found";

impl LogDirectories {
    /// Locks every log directory, reads the mark of a clean stop and removes it.
    pub fn lock(disk: Arc<dyn Disk>, config: &BrokerConfig) -> Result<LockedDirectories, DirectoryError> {
        let mut locked = Vec::new();
        for path in &config.log_dirs {
            let path = PathBuf::from(path);
            let log_dir = LogDirectory::open(Arc::clone(&disk), &path)?;
            if disk.stat(&path.join(LOST_AND_FOUND)).is_ok() {
                tracing::warn!(
                    event = "lost_and_found",
                    directory = %path.display(),
                    "lost+found is the file system's own and is left alone, but Apache Kafka would not open this \
                     directory: one below it keeps the way back open"
                );
            }
            let clean = log_dir.take_clean_shutdown()?;
            locked.push((path, log_dir, clean));
        }
        Ok(LockedDirectories { disk, locked })
    }

    /// The directories, in the configuration's order.
    pub fn all(&self) -> &[ServedDirectory] {
        &self.directories
    }

    /// Opens a partition's log where it lies, or makes it in the directory chosen for it.
    pub fn open_partition(
        &self,
        topic: &str,
        topic_id: TopicId,
        index: i32,
        chosen: DirectoryId,
        config: &Arc<TopicConfig>,
        now: Now,
    ) -> Result<(Arc<PartitionLog>, &ServedDirectory), OpenError> {
        let name = TopicPartition::new(topic, index);
        // The one that the metadata names first: a move may have been cut short.
        let mut places: Vec<&ServedDirectory> = self.directories.iter().collect();
        places.sort_by_key(|directory| directory.state.id() != chosen);
        for directory in places.into_iter().filter(|directory| !directory.state.is_offline()) {
            let path = directory.path_of(&name);
            if self.disk.stat(&path).is_err() {
                continue;
            }
            let opened = self.open_existing(directory, &name, config, now);
            if opened.is_err() {
                directory.unopened.lock().insert(name.clone());
            } else {
                directory.unopened.lock().remove(&name);
            }
            let (log, found) = opened?;
            if found.is_none() && log.ends().log_end == Offset(0) {
                // Made by a run that ended before its first append: as good as not there.
                log.close_files();
                let log =
                    PartitionLog::create(Arc::clone(&self.disk), &path, topic_id, Arc::clone(config), now)?;
                directory.partitions.fetch_add(1, Ordering::Relaxed);
                return Ok((log, directory));
            }
            if found.is_none_or(|found| found == topic_id) {
                directory.partitions.fetch_add(1, Ordering::Relaxed);
                self.set_aside_doubles(directory, &name, topic_id)?;
                return Ok((log, directory));
            }
            log.close_files();
            self.set_aside(directory, &path, &name, topic_id)?;
        }
        if self.directories.iter().any(|known| known.state.id() == chosen && known.state.is_offline()) {
            // It is there, as far as anybody knows: an empty one elsewhere would stand in for it.
            let path = PathBuf::from(name.to_string());
            return Err(OpenError::Io(path, io::Error::other("its log directory is offline")));
        }
        let online = || self.directories.iter().filter(|directory| !directory.state.is_offline());
        // The controller gives nothing to a broker whose directories are all cordoned; where it had to, any will do.
        let open = || online().filter(|directory| !directory.state.is_cordoned());
        let fewest = |directory: &&ServedDirectory| directory.partitions.load(Ordering::Relaxed);
        let directory = open()
            .find(|directory| directory.state.id() == chosen)
            .or_else(|| open().min_by_key(fewest))
            .or_else(|| online().min_by_key(fewest));
        let Some(directory) = directory else {
            let offline = io::Error::other("every log directory is offline");
            return Err(OpenError::Io(PathBuf::from(name.to_string()), offline));
        };
        let path = directory.path_of(&name);
        directory.compacted.forget(&name);
        let log = PartitionLog::create(Arc::clone(&self.disk), &path, topic_id, Arc::clone(config), now)?;
        directory.partitions.fetch_add(1, Ordering::Relaxed);
        Ok((log, directory))
    }

    /// Opens the log and says whose its directory claims to be.
    fn open_existing(
        &self,
        directory: &ServedDirectory,
        name: &TopicPartition,
        config: &Arc<TopicConfig>,
        now: Now,
    ) -> Result<(Arc<PartitionLog>, Option<TopicId>), OpenError> {
        let opening = Opening {
            // What a failed attempt has left is not what the clean stop left.
            clean: directory.was_clean && !directory.unopened.lock().contains(name),
            recovery_point: directory.recovery_points.get(name).unwrap_or(Offset(0)),
            log_start_offset: directory.log_starts.get(name),
            high_watermark: directory.high_watermarks.get(name),
            now,
        };
        let path = directory.path_of(name);
        let (log, report) = PartitionLog::open(Arc::clone(&self.disk), &path, Arc::clone(config), &opening)?;
        if let Some((end, bytes)) = report.truncated {
            tracing::warn!(
                event = "log_truncated",
                partition = %name,
                end = end.0,
                bytes,
                "the stop was not clean; the log ends where the last whole batch does"
            );
        }
        // Left behind by a run that ended before their time.
        self.bury_files(report.doomed, config.file_delete_delay_ms);
        if report.scanned_bytes > 0 {
            let (scanned_bytes, rebuilt) = (report.scanned_bytes, report.rebuilt_segments);
            tracing::info!(event = "log_recovered", partition = %name, scanned_bytes, rebuilt);
        }
        Ok((log, report.topic_id))
    }

    /// A move that ended between two renames leaves the partition twice, both whole. Only one may be written from now
    /// on, so the other gets another name.
    fn set_aside_doubles(
        &self,
        used: &ServedDirectory,
        name: &TopicPartition,
        topic_id: TopicId,
    ) -> Result<(), OpenError> {
        let others = self.directories.iter().filter(|other| !std::ptr::eq(*other, used));
        for other in others.filter(|other| !other.state.is_offline()) {
            let path = other.path_of(name);
            if self.disk.stat(&path).is_ok() {
                self.set_aside(other, &path, name, topic_id)?;
            }
        }
        Ok(())
    }

    /// A directory of that name is there but belongs to another topic: it is kept under another name.
    fn set_aside(
        &self,
        directory: &ServedDirectory,
        path: &Path,
        name: &TopicPartition,
        topic_id: TopicId,
    ) -> Result<(), OpenError> {
        let aside =
            directory.state.path().join(PartitionDirectory::renamed(name, DirectoryKind::Stray, topic_id));
        tracing::warn!(
            event = "stray_partition",
            path = %path.display(),
            kept_as = %aside.display(),
            "the directory belongs to another topic of that name, or is there twice; it is kept under a new name"
        );
        self.disk.rename(path, &aside).map_err(|error| OpenError::Io(path.to_owned(), error))
    }

    /// A deleted partition: its directory's name is free for another at once, its files go later.
    pub fn retire_partition(&self, partition: &Arc<Partition>) {
        self.retired.absorb(&partition.metrics);
        let name = TopicPartition::new(&*partition.topic, partition.index);
        let Some(directory) = self.of(partition) else { return };
        directory.partitions.fetch_sub(1, Ordering::Relaxed);
        directory.compacted.forget(&name);
        let path = directory.path_of(&name);
        let grave = directory.state.path().join(PartitionDirectory::renamed(
            &name,
            DirectoryKind::Delete,
            partition.topic_id,
        ));
        match self.disk.rename(&path, &grave) {
            Ok(()) => partition.log.moved_to(&grave),
            Err(error) => {
                partition.directory.take_offline(&error, "renaming a deleted partition", Some(partition));
            }
        }
        partition.send_to_disk(DiskMessage::Retired(Arc::clone(partition)));
    }

    /// The partition's disk thread has let it go: its files may be deleted.
    pub fn bury(&self, partition: &Partition) {
        partition.log.close_files();
        let delay_ms = partition.log.config().file_delete_delay_ms;
        let path = partition.log.dir().to_path_buf();
        self.buried.lock().push(Buried { path, is_directory: true, delay_ms });
        self.janitor.wake();
    }

    /// Files have left a log: they may be unlinked after `delay_ms`.
    pub fn bury_files(&self, doomed: Vec<Doomed>, delay_ms: i64) {
        let paths = doomed.into_iter().flat_map(|doomed| doomed.paths);
        self.buried.lock().extend(paths.map(|path| Buried { path, is_directory: false, delay_ms }));
        self.janitor.wake();
    }

    /// A directory of a partition that nobody uses: it may be deleted.
    pub fn bury_directory(&self, path: &Path, delay_ms: i64) {
        self.buried.lock().push(Buried { path: path.to_path_buf(), delay_ms, is_directory: true });
        self.janitor.wake();
    }

    /// A partition goes on in another directory; the old one's has been renamed, and its files go later.
    pub fn moved(&self, old: &Arc<Partition>, new: &Partition) {
        self.retired.absorb(&old.metrics);
        if let Some(directory) = self.of(new) {
            directory.partitions.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(directory) = self.of(old) {
            directory.partitions.fetch_sub(1, Ordering::Relaxed);
        }
        old.send_to_disk(DiskMessage::Retired(Arc::clone(old)));
    }

    /// Partitions on their way here, each with its copy as far as it is: for DescribeLogDirs.
    pub fn arriving(&self, state: &LogDirectoryState) -> Vec<(Arc<Partition>, Arc<PartitionLog>)> {
        let is_here = |wanted: &&Move| {
            self.directories.get(wanted.target).is_some_and(|target| std::ptr::eq(&*target.state, state))
        };
        let moves = self.moves.lock();
        let begun = moves.iter().filter(is_here);
        begun.filter_map(|wanted| Some((Arc::clone(&wanted.partition), wanted.future.clone()?))).collect()
    }

    /// A topic is gone, also where it could not be opened.
    pub fn forget_unopened(&self, topic: &TopicImage) {
        for directory in &self.directories {
            directory.unopened.lock().retain(|name| name.topic != *topic.name);
        }
    }

    /// For the janitor: what has been buried since it last looked.
    pub fn take_buried(&self) -> Vec<Buried> {
        std::mem::take(&mut self.buried.lock())
    }

    /// Takes up `cordoned.log.dirs`.
    pub fn set_cordoned(&self, config: &BrokerConfig) {
        for directory in &self.directories {
            let is_named =
                config.cordoned_log_dirs.iter().any(|name| Path::new(name) == directory.state.path());
            directory.state.set_cordoned(is_named);
        }
    }

    /// Takes up `producer.id.expiration.ms`.
    pub fn set_producer_expiration(&self, config: &BrokerConfig) {
        self.producer_expiration_ms
            .store(config.producers.producer_id_expiration_ms.into(), Ordering::Relaxed);
    }

    /// Inactivity after which a producer's state is dropped.
    pub fn producer_expiration_ms(&self) -> i64 {
        self.producer_expiration_ms.load(Ordering::Relaxed)
    }

    /// The file system the logs are on.
    pub fn disk(&self) -> &Arc<dyn Disk> {
        &self.disk
    }

    pub(super) fn of(&self, partition: &Partition) -> Option<&ServedDirectory> {
        self.directories.iter().find(|directory| Arc::ptr_eq(&directory.state, &partition.directory))
    }

    /// Writes `recovery-point-offset-checkpoint` and `log-start-offset-checkpoint`. False on failure, which has
    /// taken the directory offline unless it is full.
    pub fn write_recovery_points<'a>(
        &self,
        place: usize,
        partitions: impl Iterator<Item = &'a Arc<Partition>> + Clone,
    ) -> bool {
        let points = partitions.clone().map(|partition| (name_of(partition), partition.log.recovery_point()));
        let points = OffsetCheckpoint { offsets: points.collect() };
        let points = self.directories[place].with_unopened(points, |served| &served.recovery_points);
        self.checked(place, "writing a checkpoint", |log_dir| {
            log_dir.write_checkpoint(CheckpointKind::RecoveryPoint, &points)
        }) && self.write_log_starts(place, partitions)
    }

    /// Writes `log-start-offset-checkpoint`. False on failure, which has taken the directory offline unless it is full.
    pub fn write_log_starts<'a>(
        &self,
        place: usize,
        partitions: impl Iterator<Item = &'a Arc<Partition>>,
    ) -> bool {
        let starts = partitions.map(|partition| (name_of(partition), partition.log.ends().log_start));
        let starts = OffsetCheckpoint { offsets: starts.filter(|(_, start)| start.0 > 0).collect() };
        let starts = self.directories[place].with_unopened(starts, |served| &served.log_starts);
        self.checked(place, "writing a checkpoint", |log_dir| {
            log_dir.write_checkpoint(CheckpointKind::LogStart, &starts)
        })
    }

    /// Writes `replication-offset-checkpoint`. False on failure, which has taken the directory offline unless it is full.
    pub fn write_high_watermarks<'a>(
        &self,
        place: usize,
        partitions: impl Iterator<Item = &'a Arc<Partition>>,
    ) -> bool {
        let ends = partitions.map(|partition| (name_of(partition), partition.log.ends().high_watermark));
        let ends = OffsetCheckpoint { offsets: ends.collect() };
        let ends = self.directories[place].with_unopened(ends, |served| &served.high_watermarks);
        self.checked(place, "writing a checkpoint", |log_dir| {
            log_dir.write_checkpoint(CheckpointKind::HighWatermark, &ends)
        })
    }

    /// Leaves the mark of a clean stop, unless a partition there was never opened: nobody knows how that one was left.
    pub fn mark_clean(&self, place: usize, broker_epoch: i64) -> bool {
        if let Some(partition) = self.directories[place].unopened.lock().first() {
            tracing::warn!(event = "not_marked_clean", %partition,
                "a partition could not be opened; the next start checks the logs of its directory");
            return false;
        }
        self.checked(place, "marking a clean stop", |log_dir| {
            log_dir.write_clean_shutdown(BrokerEpoch(broker_epoch))
        })
    }

    pub(super) fn checked(
        &self,
        place: usize,
        doing: &str,
        write: impl FnOnce(&LogDirectory) -> Result<(), LogDirectoryError>,
    ) -> bool {
        let directory = &self.directories[place];
        if directory.state.is_offline() {
            return false;
        }
        match write(&directory.log_dir) {
            Ok(()) => true,
            Err(error) if error.is_full() => {
                // The checkpoint of before is whole and still true, only older: the next round tries again.
                directory.state.no_room(&error, doing);
                false
            }
            Err(error) => {
                directory.state.take_offline(&io::Error::other(error.to_string()), doing, None);
                false
            }
        }
    }
}

pub(super) fn name_of(partition: &Partition) -> TopicPartition {
    TopicPartition::new(&*partition.topic, partition.index)
}

impl LockedDirectories {
    /// Whether every directory bears the mark of a clean stop.
    pub fn was_clean(&self) -> bool {
        self.locked.iter().all(|(_, _, clean)| clean.is_some())
    }

    /// The broker epoch of the run that stopped cleanly.
    pub fn previous_broker_epoch(&self) -> Option<i64> {
        let epochs = self.locked.iter().map(|(_, _, clean)| clean.map(|epoch| epoch.0));
        epochs.reduce(|first, next| first.filter(|_| next.is_some())).flatten()
    }

    /// Reads the checkpoints, now that the controller has given every directory its id.
    pub fn open(
        self,
        ids: &[(PathBuf, DirectoryId)],
        mailboxes: Vec<(Sender<DiskMessage>, Sender<DiskMessage>)>,
        janitor: Arc<dyn Wake>,
    ) -> Result<Arc<LogDirectories>, DirectoryError> {
        let mut directories = Vec::new();
        for ((path, log_dir, clean), mailboxes) in self.locked.into_iter().zip(mailboxes) {
            let id = ids.iter().find(|(known, _)| *known == path).map(|&(_, id)| id);
            let id = id.ok_or_else(|| DirectoryError::Unknown(path.clone()))?;
            directories.push(ServedDirectory {
                recovery_points: log_dir.read_checkpoint(CheckpointKind::RecoveryPoint)?,
                log_starts: log_dir.read_checkpoint(CheckpointKind::LogStart)?,
                high_watermarks: log_dir.read_checkpoint(CheckpointKind::HighWatermark)?,
                compacted: CompactedOffsets::read(&log_dir),
                state: Arc::new(LogDirectoryState::new(path, id)),
                mailboxes,
                was_clean: clean.is_some(),
                log_dir,
                partitions: AtomicUsize::new(0),
                unopened: Mutex::default(),
            });
        }
        let mut leftovers = Vec::new();
        for directory in &directories {
            for found in directory.log_dir.partitions()? {
                // Deleted by a run that ended before its files were; or a copy for a move that was not finished.
                if matches!(found.kind, DirectoryKind::Delete | DirectoryKind::Future) {
                    let path = directory.state.path().join(&found.name);
                    leftovers.push(Buried { path, delay_ms: LEFTOVER_DELAY_MS, is_directory: true });
                }
            }
        }
        let (retired, buried) = (PartitionMetrics::default(), Mutex::new(leftovers));
        let producer_expiration_ms = AtomicI64::new(i64::MAX);
        Ok(Arc::new(LogDirectories {
            disk: self.disk,
            directories,
            retired,
            buried,
            moves: Mutex::new(Vec::new()),
            janitor,
            producer_expiration_ms,
        }))
    }
}

/// How long files are kept that an earlier run had given up: Kafka's default for deleted ones.
const LEFTOVER_DELAY_MS: i64 = 60_000;

impl ServedDirectory {
    /// Directories of partitions in it, live and on their way out.
    pub(super) fn partitions_there(&self) -> Result<Vec<PartitionDirectory>, LogDirectoryError> {
        self.log_dir.partitions()
    }

    /// A checkpoint with what an earlier life knew of partitions that this one could not open.
    fn with_unopened(
        &self,
        mut checkpoint: OffsetCheckpoint,
        of: impl Fn(&Self) -> &OffsetCheckpoint,
    ) -> OffsetCheckpoint {
        for name in self.unopened.lock().iter() {
            if let Some(offset) = of(self).get(name) {
                checkpoint.offsets.insert(name.clone(), offset);
            }
        }
        checkpoint
    }

    fn path_of(&self, name: &TopicPartition) -> PathBuf {
        self.state.path().join(name.to_string())
    }
}
