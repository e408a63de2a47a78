//! Making the log durable: sealed segments with their indexes, the active one's bytes, the clean end. The
//! recovery point moves only after the sync that makes it true. A failed sync is never tried again: the log
//! stops and its directory goes offline. Disk threads only.

use std::io;
use std::sync::Arc;

use thalweg_model::Offset;
use thalweg_platform::Open;

use crate::append::push_time_row;
use crate::files;
use crate::log::{PartitionLog, Work, offline};
use crate::request::WriteFailed;
use crate::segment::Segment;
use crate::snapshot;

/// Fresh index rows of the active segment are written out in flushes once there are so many.
const FRESH_ROWS: u32 = 512;

impl PartitionLog {
    /// Makes everything appended so far durable and moves the recovery point there: what an acknowledgement
    /// waits for with `flush.messages=1`. Returns the new recovery point.
    pub fn flush(&self) -> Result<Offset, WriteFailed> {
        let mut work = self.work.lock();
        self.flush_locked(&mut work)
    }

    pub(crate) fn flush_locked(&self, work: &mut Work) -> Result<Offset, WriteFailed> {
        self.finish_sealed(work)?;
        let (segment, end, is_laid) = {
            let tail = self.tail.lock();
            (Arc::clone(&tail.segment), tail.log_end, tail.is_laid)
        };
        if !is_laid || end <= self.recovery_point.load(std::sync::atomic::Ordering::Acquire) {
            return Ok(self.recovery_point());
        }
        if segment.offsets.fresh() >= FRESH_ROWS {
            self.store_indexes(&segment).map_err(WriteFailed::new)?;
        }
        let synced = segment.file(&self.files).and_then(|file| file.sync_data());
        self.synced(work, synced)?;
        self.sync_names(work)?;
        self.recovery_point.store(end, std::sync::atomic::Ordering::Release);
        Ok(Offset(end))
    }

    /// Writes and syncs what rolls have left: indexes, bytes and producer snapshots of sealed segments.
    pub(crate) fn finish_sealed(&self, work: &mut Work) -> Result<(), WriteFailed> {
        if work.has_failed {
            return Err(WriteFailed { error: offline(), is_fatal: true });
        }
        while let Some(segment) = work.unfinished.first().cloned() {
            self.store_indexes(&segment).map_err(WriteFailed::new)?;
            let synced = self.sync_segment(&segment);
            self.synced(work, synced)?;
            work.unfinished.remove(0);
        }
        while let Some((offset, bytes)) = work.snapshots.first() {
            let written = self.write_snapshot(*offset, bytes);
            self.synced(work, written)?;
            work.snapshots.remove(0);
        }
        if !work.is_dir_dirty {
            return Ok(());
        }
        self.sync_names(work)?;
        // Everything below the active segment is durable now.
        let base = self.active().base;
        self.recovery_point.fetch_max(base, std::sync::atomic::Ordering::AcqRel);
        Ok(())
    }

    fn sync_names(&self, work: &mut Work) -> Result<(), WriteFailed> {
        if work.is_dir_dirty {
            let synced = self.files.disk.sync_dir(&self.files.dir());
            self.synced(work, synced)?;
            work.is_dir_dirty = false;
        }
        Ok(())
    }

    /// Latches the log when a sync failed.
    pub(crate) fn synced(&self, work: &mut Work, result: io::Result<()>) -> Result<(), WriteFailed> {
        result.map_err(|error| {
            let failed = WriteFailed::new(error);
            if failed.is_fatal {
                self.latch(work);
            }
            failed
        })
    }

    /// Moves index rows from memory into the files.
    pub(crate) fn store_indexes(&self, segment: &Segment) -> io::Result<()> {
        let offsets = segment.offsets.store(&self.files, segment.base)?;
        let times = segment.times.store(&self.files, segment.base)?;
        let aborted = segment.aborted.store(&self.files, segment.base)?;
        let _tail = self.tail.lock();
        for (count, stored) in [
            (offsets, &(|count| segment.offsets.stored(count)) as &dyn Fn(u32)),
            (times, &|count| segment.times.stored(count)),
            (aborted, &|count| segment.aborted.stored(count)),
        ] {
            if count > 0 {
                stored(count);
            }
        }
        Ok(())
    }

    pub(crate) fn sync_segment(&self, segment: &Segment) -> io::Result<()> {
        segment.file(&self.files)?.sync_data()?;
        segment.offsets.sync(&self.files, segment.base)?;
        segment.times.sync(&self.files, segment.base)?;
        if segment.aborted.len() > 0 {
            segment.aborted.sync(&self.files, segment.base)?;
        }
        segment.offsets.close();
        segment.times.close();
        segment.aborted.close();
        Ok(())
    }

    fn write_snapshot(&self, offset: i64, bytes: &[u8]) -> io::Result<()> {
        let file = self.files.disk.open(&self.files.path(offset, files::SNAPSHOT), Open::Truncate)?;
        file.write_all_at(&mut [io::IoSlice::new(bytes)], 0).map_err(|failed| failed.error)?;
        file.sync_data()
    }

    /// The clean end: indexes complete, producer snapshot at the log's end, everything durable. The log must
    /// not be appended to afterwards. A partition that was never written leaves only its names.
    pub fn close_clean(&self) -> Result<(), WriteFailed> {
        let mut work = self.work.lock();
        {
            let mut tail = self.tail.lock();
            if tail.is_offline {
                return Err(WriteFailed { error: offline(), is_fatal: true });
            }
            if tail.needs_cut {
                drop(tail);
                self.cut_tail(&mut work).map_err(WriteFailed::new)?;
                tail = self.tail.lock();
            }
            tail.is_busy = true;
            if tail.log_end == tail.log_start && tail.position == 0 && work.unfinished.is_empty() {
                tail.file = None;
                tail.segment.close();
                return Ok(());
            }
        }
        self.trim_locked(&mut work.writeback).map_err(WriteFailed::new)?;
        self.flush_locked(&mut work)?;
        let (segment, end, bytes) = {
            let mut tail = self.tail.lock();
            push_time_row(&mut tail);
            tail.file = None;
            (Arc::clone(&tail.segment), tail.log_end, snapshot::encode(&tail.producers))
        };
        let has_fresh = segment.offsets.fresh() + segment.times.fresh() + segment.aborted.fresh() > 0;
        let path = self.files.path(end, files::SNAPSHOT);
        // Untouched since it was opened: the snapshot and the rows are there and durable.
        if has_fresh || self.files.disk.stat(&path).is_err() {
            self.create_indexes(&segment).map_err(WriteFailed::new)?;
            self.store_indexes(&segment).map_err(WriteFailed::new)?;
            let done = self.sync_segment(&segment).and_then(|()| self.write_snapshot(end, &bytes));
            self.synced(&mut work, done)?;
            work.is_dir_dirty = true;
            self.sync_names(&mut work)?;
        }
        for segment in self.segments.load().iter() {
            segment.close();
        }
        Ok(())
    }

    /// Lets file handles go; they open again when needed (the tail by a diverted append).
    pub fn close_files(&self) {
        let _work = self.work.lock();
        let mut tail = self.tail.lock();
        tail.file = None;
        for segment in self.segments.load().iter() {
            segment.close();
        }
    }
}
