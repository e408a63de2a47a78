//! A partition's log: the shared object that workers append to and read from, and that disk threads look
//! after. Holds the pieces together and states who may touch what; what happens is in `append`, `read`,
//! `open`, `roll`, `flush`, `retention` and `truncate`.
//!
//! Locks, always taken in this order: `syncing` (held over syncs), `work` (held over other system calls, so that
//! a roll never waits for the sync of the segment before), both disk threads only; `tail` (short: one write at
//! most). Readers take none: they see [`PublishedEnds`] and the segment list behind an arc-swap.

use std::fmt;
use std::io::{self, IoSlice};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use arc_swap::ArcSwap;
use parking_lot::{Mutex, RwLock};
use thalweg_config::TopicConfig;
use thalweg_model::{LeaderEpoch, Offset, ProducerEpoch, ProducerId, Uuid};
use thalweg_platform::File;

use crate::append::Planned;
use crate::ends::{PublishedEnds, Snapshot};
use crate::epochs::EpochCache;
use crate::files::Files;
use crate::producers::Producers;
use crate::request::{DescribedProducer, Ends, ReadError};
use crate::segment::Segment;
use crate::spare::Spare;

/// One partition's log. Shared; every method says which threads may call it.
pub struct PartitionLog {
    pub(crate) files: Files,
    pub(crate) topic_id: Uuid,
    pub(crate) config: ArcSwap<TopicConfig>,
    pub(crate) ends: PublishedEnds,
    /// By rising base offset, never empty. Replaced under the tail's lock.
    pub(crate) segments: ArcSwap<Vec<Arc<Segment>>>,
    pub(crate) epochs: RwLock<EpochCache>,
    /// Below it everything is durable. Written under the work lock.
    pub(crate) recovery_point: AtomicI64,
    /// Raised when bytes that readers may have located have gone; read cursors of before are worth nothing.
    pub(crate) generation: AtomicU32,
    pub(crate) tail: Mutex<Tail>,
    pub(crate) work: Mutex<Work>,
    pub(crate) syncing: Mutex<()>,
}

/// What appending needs.
#[derive(Debug)]
pub(crate) struct Tail {
    /// The active segment: the last of the list.
    pub segment: Arc<Segment>,
    /// Its log, for writing; `None` while it is closed.
    pub file: Option<Arc<dyn File>>,
    /// Where the next batch goes in it.
    pub position: u32,
    pub log_start: i64,
    pub high_watermark: i64,
    pub log_end: i64,
    pub producers: Producers,
    /// The newest epoch in `leader-epoch-checkpoint`.
    pub epoch_on_disk: i32,
    /// Files and their names exist and are durable.
    pub is_laid: bool,
    /// A failed write may have left bytes behind `position`.
    pub needs_cut: bool,
    /// The disk has failed: nothing is written any more.
    pub is_offline: bool,
    /// A disk thread needs the tail to stand still; workers divert.
    pub is_busy: bool,
    /// The log has been closed to appends, because its copy elsewhere is about to take over.
    pub is_sealed: bool,
    /// Bytes since the last offset index row.
    pub bytes_since_index: u32,
    /// Rows in the active indexes.
    pub offset_rows: u32,
    pub time_rows: u32,
    /// Timestamp of the last time index row, −1 = none.
    pub last_time_row: i64,
    /// Bytes since the disk thread last attended.
    pub unattended: u32,
    /// The file of the next segment.
    pub spare: Spare,
    /// For `segment.jitter.ms`.
    pub jitter_seed: u64,
    /// Storage reused from append to append.
    pub planned: Vec<Planned>,
    pub slices: Vec<IoSlice<'static>>,
}

/// What disk threads keep between calls.
#[derive(Debug, Default)]
pub(crate) struct Work {
    /// Sealed segments whose indexes and bytes are not known durable, oldest first.
    pub unfinished: Vec<Arc<Segment>>,
    /// Producer snapshots taken at rolls and not written yet.
    pub snapshots: Vec<(i64, Vec<u8>)>,
    /// Names in the directory have changed since it was synced.
    pub is_dir_dirty: bool,
    /// A worker has rolled: the active segment's index files are not made yet.
    pub lacks_indexes: bool,
    /// A sync failed: it is never tried again.
    pub has_failed: bool,
    /// Compaction is giving new files their names; no segment leaves the log meanwhile.
    pub is_swapping: bool,
    /// Up to where the active segment's writeback was begun, and where blocks were taken ahead.
    pub writeback: crate::pace::Pace,
}

impl Tail {
    pub fn new(segment: Arc<Segment>, log_start: i64, high_watermark: i64, log_end: i64) -> Self {
        Self {
            position: segment.size(),
            file: None,
            log_start,
            high_watermark,
            log_end,
            producers: Producers::default(),
            epoch_on_disk: -1,
            is_laid: true,
            needs_cut: false,
            is_offline: false,
            is_busy: false,
            is_sealed: false,
            bytes_since_index: 0,
            offset_rows: segment.offsets.len(),
            time_rows: segment.times.len(),
            last_time_row: -1,
            unattended: 0,
            spare: Spare::None,
            jitter_seed: 0,
            planned: Vec::new(),
            slices: Vec::new(),
            segment,
        }
    }

    /// The disk threads have something to do, however little was written.
    pub fn needs_attention(&mut self) {
        self.unattended = u32::MAX;
    }

    /// The ends as readers shall see them.
    pub fn snapshot(&self) -> Snapshot {
        let stable = self.producers.first_unstable().unwrap_or(i64::MAX);
        Snapshot {
            log_start: self.log_start,
            last_stable: stable.min(self.high_watermark).max(self.log_start),
            high_watermark: self.high_watermark,
            log_end: self.log_end,
            active: self.segment.base,
            position: i64::from(self.position),
        }
    }
}

impl PartitionLog {
    /// The ends, true together. Any thread, no lock.
    pub fn ends(&self) -> Ends {
        self.ends.read().into()
    }

    /// The id in `partition.metadata`.
    pub fn topic_id(&self) -> Uuid {
        self.topic_id
    }

    /// Where it lives.
    pub fn dir(&self) -> Arc<Path> {
        self.files.dir()
    }

    /// The directory has been renamed by the caller; files opened from now on are looked for there.
    pub fn moved_to(&self, dir: &Path) {
        self.files.moved_to(dir);
    }

    /// The configuration in force.
    pub fn config(&self) -> Arc<TopicConfig> {
        self.config.load_full()
    }

    /// A new configuration, in force from the next append on.
    pub fn set_config(&self, config: Arc<TopicConfig>) {
        self.config.store(config);
    }

    /// Below it everything is on disk; for `recovery-point-offset-checkpoint`.
    pub fn recovery_point(&self) -> Offset {
        Offset(self.recovery_point.load(Ordering::Acquire))
    }

    /// Bytes in all segments.
    pub fn size(&self) -> u64 {
        self.segments.load().iter().map(|segment| u64::from(segment.size())).sum()
    }

    /// How many segments there are.
    pub fn segment_count(&self) -> usize {
        self.segments.load().len()
    }

    /// Raises the high watermark to `to`, at most to the log's end; it never falls here. Any thread.
    pub fn advance_high_watermark(&self, to: Offset) {
        let mut tail = self.tail.lock();
        let to = to.0.min(tail.log_end);
        if to <= tail.high_watermark {
            return;
        }
        tail.high_watermark = to;
        tail.producers.high_watermark_moved(to);
        self.ends.publish(tail.snapshot());
    }

    /// A new leadership. Only in memory: it is written to the epoch checkpoint before the first append of that
    /// epoch (which is diverted for it), so that ten thousand idle partitions cost nothing. Any thread.
    pub fn set_leader_epoch(&self, epoch: LeaderEpoch) {
        let tail = self.tail.lock();
        self.epochs.write().assign(epoch.0, tail.log_end);
    }

    /// The newest leader epoch known to this log.
    pub fn latest_epoch(&self) -> Option<LeaderEpoch> {
        self.epochs.read().latest().map(LeaderEpoch)
    }

    /// The largest epoch not above `epoch`, and the offset where it ends; (−1, −1) where nothing is known.
    pub fn end_offset_for_epoch(&self, epoch: LeaderEpoch) -> (LeaderEpoch, Offset) {
        let log_end = self.ends().log_end;
        self.epochs.read().end_offset_for(epoch, log_end)
    }

    /// The epoch in which the record at `offset` was written.
    pub fn epoch_at(&self, offset: Offset) -> Option<LeaderEpoch> {
        self.epochs.read().epoch_at(offset.0).map(LeaderEpoch)
    }

    /// How many idempotent or transactional producers are remembered.
    pub fn active_producers(&self) -> usize {
        self.tail.lock().producers.len()
    }

    /// Every producer that is remembered.
    pub fn describe_producers(&self) -> Vec<DescribedProducer> {
        self.tail.lock().producers.describe()
    }

    /// Begins to ask the transaction coordinator for leave to open a producer's transaction here. `None`: it is
    /// open, nobody need be asked. To be ended by [`PartitionLog::end_verification`].
    pub fn begin_verification(&self, id: ProducerId, epoch: ProducerEpoch) -> Option<u64> {
        self.tail.lock().producers.begin_verification(id.0, epoch.0)
    }

    /// The batches that were waiting for leave are written, or refused.
    pub fn end_verification(&self, id: ProducerId, guard: u64) {
        self.tail.lock().producers.end_verification(id.0, guard);
    }

    /// Forgets producers that wrote nothing for `after_ms` and have no open transaction.
    pub fn expire_producers(&self, now_ms: i64, after_ms: i64) -> usize {
        self.tail.lock().producers.expire(now_ms, after_ms)
    }

    /// Lets nobody append any more, the disk threads included, once this returns: they are told to divert. For a log
    /// whose copy is about to take over.
    pub fn seal(&self) {
        let _work = self.work.lock();
        self.tail.lock().is_sealed = true;
    }

    /// The copy does not take over: appends go on here.
    pub fn unseal(&self) {
        self.tail.lock().is_sealed = false;
    }

    /// Whether the disk under it has failed.
    pub fn is_offline(&self) -> bool {
        self.tail.lock().is_offline
    }

    /// The segment that holds `offset`: the last that starts at or before it.
    pub(crate) fn segment_for(segments: &[Arc<Segment>], offset: i64) -> usize {
        segments.partition_point(|segment| segment.base <= offset).saturating_sub(1)
    }

    /// After a failed sync nothing is known about the files: the log stops.
    pub(crate) fn latch(&self, work: &mut Work) {
        work.has_failed = true;
        self.tail.lock().is_offline = true;
    }
}

pub(crate) fn offline() -> io::Error {
    io::Error::other("the log's disk has failed before; nothing is written until a restart")
}

/// A read that met a file that is gone may have used a list that is old.
pub(crate) fn is_gone(error: &ReadError) -> bool {
    matches!(error, ReadError::Io(error) if error.kind() == io::ErrorKind::NotFound)
}

impl fmt::Debug for PartitionLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PartitionLog")
            .field("dir", &self.files.dir())
            .field("ends", &self.ends.read())
            .field("segments", &self.segment_count())
            .finish_non_exhaustive()
    }
}
