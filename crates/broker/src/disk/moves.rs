//! Partitions on their way to another log directory while they are served (AlterReplicaLogDirs, KIP-113).
//!
//! The mover copies batches into a log of its own beside the live one (`<topic>-<partition>.<hex>-future`), a little
//! at a time at the janitor's low priority, until hardly anything is missing. Then, on the controller's thread so
//! that nothing else changes the partition meanwhile, the old log is sealed, the rest is copied and synced, the names
//! are exchanged, and what had queued up goes to the new log in its order. A move that is broken off leaves the old
//! log as it was. Kafka resumes a move after a restart; here it has to be asked for again.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use thalweg_controller::{AssignDirectory, ControllerRequest};
use thalweg_model::{LeaderEpoch, Mono, Now, Offset, TopicPartition};
use thalweg_partition_log::{
    Appended, Appending, Bound, DirectoryKind, Doomed, Incoming, Origin, Outcome, PartitionDirectory,
    PartitionLog, Place, ReadCursor, ReadError,
};
use thalweg_platform::Random;
use thalweg_records::BatchView;

use super::{DiskMessage, LogDirectories, ServedDirectory};
use crate::controller::ControllerHandle;
use crate::dynamic_config::DynamicConfig;
use crate::partition::Partition;
use crate::topics::Topics;

/// Bytes copied in one step, and what may be missing when the old log is sealed.
const STEP_BYTES: u32 = 1 << 20;
/// Rounds of copying under the seal; each moves [`STEP_BYTES`].
const SEALED_ROUNDS: usize = 64;

/// A move that is wanted.
#[derive(Debug)]
pub struct Move {
    /// What moves.
    pub partition: Arc<Partition>,
    /// Where to, by its place among the directories.
    pub target: usize,
    /// The copy, once there is one.
    pub future: Option<Arc<PartitionLog>>,
}

impl Move {
    fn is_of(&self, partition: &Partition) -> bool {
        self.partition.topic_id == partition.topic_id && self.partition.index == partition.index
    }
}

impl LogDirectories {
    /// Wants a partition in another directory; the directory it is in ends a move that is under way.
    pub fn request_move(&self, partition: &Arc<Partition>, target: usize) {
        let Some(directory) = self.all().get(target) else { return };
        let is_there = Arc::ptr_eq(&directory.state, &partition.directory);
        let mut moves = self.moves.lock();
        moves.retain(|wanted| !wanted.is_of(partition) || (!is_there && wanted.target == target));
        if !is_there && !moves.iter().any(|wanted| wanted.is_of(partition)) {
            moves.push(Move { partition: Arc::clone(partition), target, future: None });
        }
        drop(moves);
        self.janitor.wake();
    }
}

/// The move at hand.
#[derive(Debug)]
struct Current {
    partition: Arc<Partition>,
    target: usize,
    future: Arc<PartitionLog>,
    cursor: ReadCursor,
    /// One of the states below; written by the controller's thread while it exchanges the logs.
    exchange: Arc<AtomicU8>,
}

/// Nothing has been asked of the controller's thread.
const COPYING: u8 = 0;
/// It has been asked.
const EXCHANGING: u8 = 1;
/// The new log serves.
const DONE: u8 = 2;
/// Too much was missing: copying goes on.
const AGAIN: u8 = 3;
/// It could not be done; said why.
const FAILED: u8 = 4;

/// What the mover works with.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// The partitions served.
    pub topics: Arc<Topics>,
    /// The log directories.
    pub directories: Arc<LogDirectories>,
    /// The way to the controller and its thread.
    pub controller: ControllerHandle,
    /// For the limit of bytes a second.
    pub dynamic: Arc<DynamicConfig>,
    /// For names.
    pub random: Arc<dyn Random>,
}

/// The part of the janitor that moves partitions.
#[derive(Debug)]
pub struct Mover {
    around: Surroundings,
    current: Option<Current>,
    /// The limit of bytes a second has been reached until then.
    rest_until: Mono,
}

/// Why a move ended without an exchange.
#[derive(Debug)]
enum Broken {
    /// Reading the old log.
    Read(io::Error),
    /// Writing the new one.
    Write(io::Error),
}

impl Mover {
    /// A mover with nothing to do.
    pub fn new(around: Surroundings) -> Self {
        Self { around, current: None, rest_until: Mono(0) }
    }

    /// Copies one step's worth. Returns when it wants to be called at the latest.
    pub fn turn(&mut self, now: Now) -> Mono {
        let never = Mono(u64::MAX);
        if self.current.is_none() {
            match self.begin(now) {
                Ok(None) => return never,
                Ok(current) => self.current = current,
                Err((partition, error)) => {
                    self.forget(&partition);
                    tell_broken(&partition, &error);
                    return now.mono;
                }
            }
        }
        let Some(current) = &mut self.current else { return never };
        match current.exchange.load(Ordering::Acquire) {
            EXCHANGING => return never,
            DONE => {
                let partition = Arc::clone(&current.partition);
                self.current = None;
                self.forget(&partition);
                return now.mono;
            }
            FAILED => return self.abandon(now, None),
            AGAIN => current.exchange.store(COPYING, Ordering::Release),
            _ => {}
        }
        if !is_wanted(&self.around.directories, current) {
            return self.abandon(now, None);
        }
        if now.mono < self.rest_until {
            return self.rest_until;
        }
        match copy(&self.around.directories, current, now) {
            Ok(0) => {
                self.exchange();
                never
            }
            Ok(bytes) => {
                self.rest_until = now.mono.after_ms(self.rest_ms(bytes));
                self.rest_until.max(now.mono)
            }
            Err(broken) => self.abandon(now, Some(broken)),
        }
    }

    /// Takes up the next move that is wanted and makes its log.
    #[allow(clippy::type_complexity)]
    fn begin(&self, now: Now) -> Result<Option<Current>, (Arc<Partition>, Broken)> {
        let directories = &self.around.directories;
        let next = directories.moves.lock().first().map(|next| (Arc::clone(&next.partition), next.target));
        let Some((partition, target)) = next else { return Ok(None) };
        let failed = |error: io::Error| (Arc::clone(&partition), Broken::Write(error));
        let Some(directory) = directories.all().get(target).filter(|directory| !directory.state.is_offline())
        else {
            return Err(failed(io::Error::other("the directory is offline")));
        };
        let name = TopicPartition::new(&*partition.topic, partition.index);
        let future = PartitionDirectory::renamed(&name, DirectoryKind::Future, self.around.random.uuid());
        let path = directory.state.path().join(future);
        let disk = Arc::clone(directories.disk());
        let config = partition.log.config();
        let future = PartitionLog::create(disk, &path, partition.topic_id, config, now)
            .map_err(|error| failed(io::Error::other(error.to_string())))?;
        let mut moves = directories.moves.lock();
        if let Some(wanted) = moves.iter_mut().find(|wanted| wanted.is_of(&partition)) {
            wanted.future = Some(Arc::clone(&future));
        }
        drop(moves);
        tracing::info!(
            event = "move_begun",
            partition = %name,
            to = %directory.state.path().display(),
            bytes = partition.log.size()
        );
        let exchange = Arc::new(AtomicU8::new(COPYING));
        Ok(Some(Current { partition, target, future, cursor: ReadCursor::default(), exchange }))
    }

    /// `replica.alter.log.dirs.io.max.bytes.per.second`: how long to rest after so many bytes.
    fn rest_ms(&self, bytes: u64) -> i64 {
        let image = self.around.controller.image();
        let limit = self.around.dynamic.with_effective(&image, |effective| effective.number(RATE));
        let limit = limit.and_then(|limit| u64::try_from(limit).ok()).unwrap_or(u64::MAX);
        // Nothing a second is as good as one byte a second: it ends when the limit is raised.
        let rest = bytes.saturating_mul(1000) / limit.max(1);
        i64::try_from(rest.min(REST_MAX_MS)).unwrap_or(0)
    }

    fn forget(&self, partition: &Partition) {
        self.around.directories.moves.lock().retain(|wanted| !wanted.is_of(partition));
    }

    /// Leaves the old log as it is and throws the copy away.
    fn abandon(&mut self, now: Now, why: Option<Broken>) -> Mono {
        let Some(current) = self.current.take() else { return now.mono };
        let directories = &self.around.directories;
        if let Some(why) = why {
            self.forget(&current.partition);
            tell_broken(&current.partition, &why);
        } else if current.exchange.load(Ordering::Acquire) == FAILED {
            self.forget(&current.partition);
        } else {
            tracing::info!(
                event = "move_ended",
                topic = %current.partition.topic,
                partition = current.partition.index,
                "it is not wanted any more; the partition stays where it is"
            );
        }
        current.future.close_files();
        directories.bury_directory(&current.future.dir(), 0);
        now.mono
    }

    /// Has the controller's thread exchange the logs.
    fn exchange(&self) {
        let Some(current) = &self.current else { return };
        current.exchange.store(EXCHANGING, Ordering::Release);
        let around = self.around.clone();
        let mut job = Current {
            partition: Arc::clone(&current.partition),
            target: current.target,
            future: Arc::clone(&current.future),
            cursor: ReadCursor::default(),
            exchange: Arc::clone(&current.exchange),
        };
        self.around.controller.run(Box::new(move |now| {
            let state = exchange(&around, &mut job, now);
            job.exchange.store(state, Ordering::Release);
            around.directories.janitor.wake();
        }));
    }
}

fn tell_broken(partition: &Partition, broken: &Broken) {
    let (doing, error) = match broken {
        Broken::Read(error) => ("reading", error),
        Broken::Write(error) => ("writing", error),
    };
    tracing::error!(
        event = "move_failed",
        topic = %partition.topic,
        partition = partition.index,
        doing,
        %error,
        "the partition stays in its directory"
    );
}

/// Whether the move is still asked for and its partition still there.
fn is_wanted(directories: &LogDirectories, current: &Current) -> bool {
    let moves = directories.moves.lock();
    let is_asked =
        moves.iter().any(|wanted| wanted.target == current.target && wanted.is_of(&current.partition));
    is_asked && !current.partition.is_retired()
}

/// Copies one step of batches; 0 bytes: nothing is missing.
fn copy(directories: &LogDirectories, current: &mut Current, now: Now) -> Result<u64, Broken> {
    let source = &current.partition.log;
    let from = current.future.ends().log_end.max(source.ends().log_start);
    let read = source.read(from, STEP_BYTES, Bound::LogEnd, true, &mut current.cursor);
    let slice = match read {
        Ok(slice) => slice,
        // Retention was quicker: the next step begins at the new start.
        Err(ReadError::OffsetOutOfRange) => return Ok(1),
        Err(error) => return Err(Broken::Read(io::Error::other(error.to_string()))),
    };
    if slice.length == 0 {
        if current.future.ends().log_end < from && source.ends().log_end == from {
            restart(directories, &current.future, from, now)?;
        }
        return Ok(0);
    }
    let mut bytes = vec![0; slice.length as usize];
    slice.file.read_exact_at(&mut bytes, slice.position).map_err(Broken::Read)?;
    let mut batches: Vec<Incoming<'_>> = Vec::new();
    let mut rest = &mut bytes[..];
    let (mut copied, mut base) = (0, None);
    while let Ok(view) = BatchView::parse(rest) {
        let (size, max_timestamp) = (view.total_size(), view.max_timestamp());
        base.get_or_insert(view.base_offset());
        let (batch, behind) = rest.split_at_mut(size);
        batches.push(Incoming {
            bytes: batch,
            max_timestamp,
            offset_of_max_timestamp_delta: 0,
            outcome: None,
        });
        copied += size as u64;
        rest = behind;
    }
    let Some(base) = base else {
        return Err(Broken::Read(io::Error::other(format!("no batch at offset {from}"))));
    };
    let end = current.future.ends().log_end;
    if end != base && end < from {
        // The old log begins later, or has a gap where the copy begins.
        restart(directories, &current.future, base, now)?;
    }
    let how =
        Appending { leader_epoch: LeaderEpoch::NONE, now, origin: Origin::Replica, place: Place::DiskThread };
    match current.future.append(&mut batches, &how) {
        Appended::Done { .. } => {}
        Appended::Divert(_) => return Err(Broken::Write(io::Error::other("the copy is sealed"))),
        Appended::Failed(failed) => {
            if failed.is_fatal
                && let Some(directory) = directories.all().get(current.target)
            {
                directory.state.take_offline(&failed.error, "copying a partition", None);
            }
            return Err(Broken::Write(failed.error));
        }
    }
    let is_written = |batch: &Incoming<'_>| matches!(batch.outcome, Some(Outcome::Written { .. }));
    if !batches.iter().all(is_written) {
        return Err(Broken::Write(io::Error::other("the copy refused a batch")));
    }
    current.future.attend(now).map_err(|failed| Broken::Write(failed.error))?;
    Ok(copied)
}

/// The copy begins anew at this offset.
fn restart(directories: &LogDirectories, future: &PartitionLog, at: Offset, now: Now) -> Result<(), Broken> {
    let doomed = future.restart_at(at, now).map_err(|failed| Broken::Write(failed.error))?;
    for path in doomed.into_iter().flat_map(|Doomed { paths, .. }| paths) {
        directories.disk().remove_file(&path).map_err(Broken::Write)?;
    }
    Ok(())
}

/// On the controller's thread: seals the old log, copies what is missing, and lets the new one take over. Gives the
/// state the move is in afterwards.
fn exchange(around: &Surroundings, job: &mut Current, now: Now) -> u8 {
    let old = Arc::clone(&job.partition);
    let directories = &around.directories;
    let Some(target) = directories.all().get(job.target) else { return FAILED };
    if !is_wanted(directories, job) || old.directory.is_offline() || target.state.is_offline() {
        return AGAIN;
    }
    // Most of it is synced before anybody has to wait.
    if let Err(failed) = job.future.flush() {
        target.state.take_offline(&failed.error, "syncing a copied partition", None);
        return FAILED;
    }
    old.log.seal();
    match take_over(around, target, &old, job, now) {
        Ok(Some(())) => DONE,
        Ok(None) => {
            old.log.unseal();
            old.resume();
            AGAIN
        }
        Err(broken) => {
            old.log.unseal();
            old.resume();
            tell_broken(&old, &broken);
            FAILED
        }
    }
}

/// `Ok(None)`: too much is missing yet. After an error the old log is what it was.
fn take_over(
    around: &Surroundings,
    target: &ServedDirectory,
    old: &Arc<Partition>,
    job: &mut Current,
    now: Now,
) -> Result<Option<()>, Broken> {
    let directories = &around.directories;
    let mut rounds = 0;
    while copy(directories, job, now)? > 0 {
        rounds += 1;
        if rounds > SEALED_ROUNDS {
            return Ok(None);
        }
    }
    let (was, is) = (old.log.ends(), job.future.ends());
    if was.log_end != is.log_end {
        let why = format!("the copy ends at {}, the log at {}", is.log_end, was.log_end);
        return Err(Broken::Write(io::Error::other(why)));
    }
    let failed = |failed: thalweg_partition_log::WriteFailed| Broken::Write(failed.error);
    job.future.flush().map_err(failed)?;
    // Both logs are whole on disk: after a crash in the middle either of them will do.
    old.log.flush().map_err(|failed| Broken::Read(failed.error))?;
    let name = TopicPartition::new(&*old.topic, old.index);
    let live = target.state.path().join(name.to_string());
    let grave = PartitionDirectory::renamed(&name, DirectoryKind::Delete, around.random.uuid());
    let grave = old.directory.path().join(grave);
    let (disk, future, left) = (&**directories.disk(), job.future.dir(), old.log.dir());
    rename(disk, &future, &live).map_err(Broken::Write)?;
    // Before anything is written to the new one: otherwise a crash could leave both, and one of them behind.
    if let Err(error) = rename(disk, &left, &grave) {
        if let Err(error) = rename(disk, &live, &future) {
            target.state.take_offline(&error, "taking a move back", None);
        }
        return Err(Broken::Read(error));
    }
    job.future.moved_to(&live);
    old.log.moved_to(&grave);

    let config = old.log.config();
    let new = Partition::new(
        Arc::clone(&old.topic),
        old.topic_id,
        old.index,
        Arc::clone(&job.future),
        Arc::clone(&target.state),
        target.mailboxes.clone(),
        old.leader_epoch(),
    );
    new.set_config(&config);
    old.hand_over(&new, || {
        let ends = old.log.ends();
        job.future.advance_high_watermark(ends.high_watermark);
        job.future.delete_records_before(ends.log_start);
    });
    new.send_to_sync(DiskMessage::Opened(Arc::clone(&new)));
    new.send_to_sync(DiskMessage::SaveStarts(Box::new(|_| {})));

    // From here on the new one is the partition; what is left is to say so.
    let Some(topic) = around.topics.by_id(old.topic_id) else {
        // Deleted before this thread came to it.
        new.retire();
        directories.retire_partition(&new);
        return Ok(Some(()));
    };
    let mut partitions = topic.partitions.clone();
    if let Some(place) = usize::try_from(old.index).ok().and_then(|index| partitions.get_mut(index)) {
        *place = Some(Arc::clone(&new));
    }
    let topic = Arc::new(topic.with_partitions(partitions));
    around.topics.publish(|table| table.insert(topic));
    directories.moved(old, &new);
    around.controller.submit(
        ControllerRequest::AssignDirectory(AssignDirectory {
            topic_id: old.topic_id,
            partition: old.index,
            broker_id: around.dynamic.node_id(),
            directory: target.state.id(),
        }),
        // Where it lies is found again by looking; the metadata only says so.
        Box::new(drop),
    );
    tracing::info!(event = "move_done", partition = %name, to = %target.state.path().display());
    Ok(Some(()))
}

/// Renames and makes it last.
fn rename(disk: &dyn thalweg_platform::Disk, from: &Path, to: &Path) -> io::Result<()> {
    disk.rename(from, to)?;
    let parent: PathBuf = to.parent().map(Path::to_path_buf).unwrap_or_default();
    disk.sync_dir(&parent)
}

/// The limit of bytes a second.
const RATE: &str = "replica.alter.log.dirs.io.max.bytes.per.second";
/// Longest rest at once, so that a raised limit is noticed.
const REST_MAX_MS: u64 = 1000;
