//! What stands between two appends and needs the disk thread: laying a new partition's files, rolling to the
//! next segment, writing a new epoch, opening a closed tail, cutting what a failed write left. All of it under
//! the work lock, with the tail told to divert where it must stand still.

use std::io::{self, IoSlice};
use std::path::Path;
use std::sync::Arc;

use thalweg_model::{LeaderEpoch, Now};
use thalweg_platform::{File, Open};

use crate::append::push_time_row;
use crate::files;
use crate::flush::sync_bytes;
use crate::jitter::segment_ms;
use crate::log::{PartitionLog, Tail, Work, offline};
use crate::request::WriteFailed;
use crate::segment::Segment;
use crate::snapshot;
use crate::spare::Spare;

/// Name of the text file that says which epoch began where.
pub(crate) const EPOCH_CHECKPOINT: &str = "leader-epoch-checkpoint";
/// Name of the text file that holds the topic's id.
pub(crate) const PARTITION_METADATA: &str = "partition.metadata";

impl PartitionLog {
    /// Rolls if the active segment holds anything older than `segment.ms` (by the wall clock where its batches
    /// carry no time), or anything at all with `force`. Disk thread.
    pub fn roll_if_due(&self, now: Now, force: bool) -> Result<bool, WriteFailed> {
        let mut work = self.work.lock();
        let is_due = {
            let tail = self.tail.lock();
            let waited = now.wall_ms.saturating_sub(tail.segment.created_ms);
            let limit = segment_ms(&self.config.load(), tail.jitter_seed, tail.segment.base);
            tail.position > 0 && !tail.needs_cut && (force || waited > limit)
        };
        if is_due {
            self.roll_to(&mut work, None, now).map_err(WriteFailed::new)?;
        }
        Ok(is_due)
    }

    /// Cuts what a failed write left behind the log's end, so that appends go on. Disk thread; also done by
    /// the next append there.
    pub fn repair_tail(&self) -> Result<(), WriteFailed> {
        self.cut_tail(&mut self.work.lock()).map_err(WriteFailed::new)
    }

    /// Makes the next segment, at `base` or at the log's end.
    pub(crate) fn roll_to(&self, work: &mut Work, base: Option<i64>, now: Now) -> io::Result<()> {
        let base = {
            let mut tail = self.tail.lock();
            if tail.is_offline {
                return Err(offline());
            }
            let base = base.unwrap_or(tail.log_end).max(tail.log_end);
            if tail.position == 0 && base == tail.segment.base {
                return Ok(());
            }
            tail.is_busy = true;
            base
        };
        // A file of that name is a leftover of a start that failed here: nothing refers to it.
        let made = self.files.disk.open(&self.files.path(base, files::LOG), Open::Truncate);
        let mut tail = self.tail.lock();
        tail.is_busy = false;
        let file = made?;
        let next_file = Arc::clone(&file);
        let sealed = self.switch_to(work, &mut tail, base, file, now);
        drop(tail);
        self.preallocate(&mut work.writeback, &*next_file);
        if sealed.size() == 0 {
            sealed.close();
            for path in sealed.paths(&self.files) {
                remove_if_there(&self.files, &path)?;
            }
        } else {
            work.unfinished.push(sealed);
        }
        self.create_indexes(&self.active())
    }

    /// Makes `file`, which has its name, the active segment. Returns the one before.
    pub(crate) fn switch_to(
        &self,
        work: &mut Work,
        tail: &mut Tail,
        base: i64,
        file: Arc<dyn File>,
        now: Now,
    ) -> Arc<Segment> {
        let next = Arc::new(Segment::empty(base, Some(Arc::clone(&file)), now.wall_ms));
        work.snapshots.push((base, snapshot::encode(&tail.producers)));
        work.is_dir_dirty = true;
        work.writeback.restart();
        let sealed = seal(tail, next, file);
        let mut list = Vec::clone(&self.segments.load());
        if sealed.size() == 0 {
            // Replaced before it held anything (a replica that starts further on).
            list.pop();
        }
        list.push(Arc::clone(&tail.segment));
        self.segments.store(Arc::new(list));
        self.ends.publish(tail.snapshot());
        sealed
    }

    pub(crate) fn active(&self) -> Arc<Segment> {
        Arc::clone(&self.tail.lock().segment)
    }

    pub(crate) fn create_indexes(&self, segment: &Segment) -> io::Result<()> {
        segment.offsets.create(&self.files, segment.base)?;
        segment.times.create(&self.files, segment.base)
    }

    /// Before the first append: the topic's id and the directory are durable, then the log's files are made.
    /// Their own names become durable with the next flush: no log is there without its `partition.metadata`.
    /// Nor are the epochs synced: a log this young is read from its start after a crash anyway.
    pub(crate) fn lay(&self, work: &mut Work, epoch: LeaderEpoch) -> io::Result<()> {
        let segment = self.active();
        let disk = &self.files.disk;
        let dir = self.files.dir();
        // In this order one journal commit serves all three.
        disk.open(&dir.join(PARTITION_METADATA), Open::ReadWrite)?.sync_data()?;
        disk.sync_dir(&dir)?;
        if let Some(parent) = dir.parent() {
            disk.sync_dir(parent)?;
        }
        let log = disk.open(&self.files.path(segment.base, files::LOG), Open::Create)?;
        self.preallocate(&mut work.writeback, &*log);
        segment.set_file(Arc::clone(&log));
        self.create_indexes(&segment)?;
        let epochs = {
            let tail = self.tail.lock();
            let mut epochs = self.epochs.write();
            epochs.assign(epoch.0, tail.log_end);
            epochs.clone()
        };
        let file = disk.open(&dir.join(EPOCH_CHECKPOINT), Open::Truncate)?;
        let text = epochs.to_text();
        file.write_all_at(&mut [IoSlice::new(text.as_bytes())], 0).map_err(|failed| failed.error)?;
        work.is_dir_dirty = true;
        let mut tail = self.tail.lock();
        tail.epoch_on_disk = epochs.latest().unwrap_or(-1);
        tail.file = Some(log);
        tail.is_laid = true;
        Ok(())
    }

    /// [`thalweg_platform::Disk::replace`] without its last step: the next flush syncs the directory. Until then
    /// a crash may bring the old file back, and recovery reads the epochs from the batches.
    fn write_beside(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".tmp");
        let temporary = path.with_file_name(name);
        let file = self.files.disk.open(&temporary, Open::Truncate)?;
        file.write_all_at(&mut [IoSlice::new(bytes)], 0).map_err(|failed| failed.error)?;
        file.sync_data()?;
        self.files.disk.rename(&temporary, path)
    }

    /// An epoch begins, at `start` or at the log's end: into the checkpoint before its first append (KIP-320).
    pub(crate) fn write_epoch(
        &self,
        work: &mut Work,
        epoch: LeaderEpoch,
        start: Option<i64>,
    ) -> io::Result<()> {
        {
            let tail = self.tail.lock();
            self.epochs.write().assign(epoch.0, start.unwrap_or(tail.log_end).max(tail.log_end));
        }
        self.write_epoch_checkpoint(work)?;
        let latest = self.epochs.read().latest().unwrap_or(-1);
        self.tail.lock().epoch_on_disk = latest;
        Ok(())
    }

    pub(crate) fn write_epoch_checkpoint(&self, work: &mut Work) -> io::Result<()> {
        let text = self.epochs.read().to_text();
        self.write_beside(&self.files.dir().join(EPOCH_CHECKPOINT), text.as_bytes())?;
        work.is_dir_dirty = true;
        Ok(())
    }

    pub(crate) fn write_epochs(&self) -> io::Result<()> {
        let text = self.epochs.read().to_text();
        self.files.disk.replace(&self.files.dir().join(EPOCH_CHECKPOINT), text.as_bytes())
    }

    /// Opens the active file for appending, and learns the segment's age.
    pub(crate) fn open_active(&self) -> io::Result<()> {
        let segment = self.active();
        let file = segment.file(&self.files)?;
        let first = segment.first_timestamp(&self.files)?;
        segment.set_first_timestamp(first);
        self.tail.lock().file = Some(file);
        Ok(())
    }

    pub(crate) fn cut_tail(&self, work: &mut Work) -> io::Result<()> {
        let (segment, position) = {
            let tail = self.tail.lock();
            if tail.is_offline || work.has_failed {
                return Err(offline());
            }
            if !tail.needs_cut {
                return Ok(());
            }
            (Arc::clone(&tail.segment), tail.position)
        };
        let file = segment.file(&self.files)?;
        file.set_len(u64::from(position))?;
        // Before anything takes their place: a power cut must not bring refused bytes back under acknowledged offsets.
        sync_bytes(&*file)?;
        work.writeback.restart();
        self.tail.lock().needs_cut = false;
        Ok(())
    }
}

/// Makes `next` the active segment and returns the one before, with its last time index row.
fn seal(tail: &mut Tail, next: Arc<Segment>, file: Arc<dyn File>) -> Arc<Segment> {
    push_time_row(tail);
    let sealed = std::mem::replace(&mut tail.segment, next);
    tail.file = Some(file);
    tail.position = 0;
    tail.bytes_since_index = 0;
    (tail.offset_rows, tail.time_rows, tail.last_time_row) = (0, 0, -1);
    if let Spare::Refused = tail.spare {
        tail.spare = Spare::None;
    }
    sealed
}

pub(crate) fn remove_if_there(files: &files::Files, path: &Path) -> io::Result<()> {
    match files.disk.remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
