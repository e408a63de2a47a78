//! Making the log durable: sealed segments with their indexes, the active one's bytes, the clean end. The
//! recovery point moves only after the sync that makes it true. A failed sync is never tried again: the log
//! stops and its directory goes offline. Disk threads only.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use parking_lot::MutexGuard;

use thalweg_model::Offset;
use thalweg_platform::{File, Open};

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
        let _syncing = self.syncing.lock();
        self.flush_locked()
    }

    /// The caller holds `syncing`.
    fn flush_locked(&self) -> Result<Offset, WriteFailed> {
        loop {
            self.finish_sealed()?;
            let (segment, end) = {
                let work = self.work.lock();
                let tail = self.tail.lock();
                if !tail.is_laid || tail.log_end <= self.recovery_point.load(Ordering::Acquire) {
                    return Ok(self.recovery_point());
                }
                if !work.unfinished.is_empty() {
                    // Rolled meanwhile.
                    continue;
                }
                (Arc::clone(&tail.segment), tail.log_end)
            };
            if segment.offsets.fresh() >= FRESH_ROWS {
                self.store_indexes(&segment).map_err(WriteFailed::new)?;
            }
            let synced = segment.file(&self.files).and_then(|file| sync_bytes(&*file));
            self.synced(&mut self.work.lock(), synced)?;
            self.sync_names()?;
            self.recovery_point.fetch_max(end, Ordering::AcqRel);
            return Ok(Offset(end));
        }
    }

    /// Writes and syncs what rolls have left: indexes, bytes and producer snapshots of sealed segments. The
    /// caller holds `syncing`; the work lock is free during the syncs.
    pub(crate) fn finish_sealed(&self) -> Result<(), WriteFailed> {
        loop {
            let Some(segment) = self.healthy_work()?.unfinished.first().cloned() else { break };
            // A worker's roll leaves them to be made.
            let synced = self
                .create_indexes(&segment)
                .and_then(|()| self.store_indexes(&segment))
                // Gives back blocks that were taken ahead.
                .and_then(|()| segment.file(&self.files)?.set_len(u64::from(segment.size())))
                .and_then(|()| self.sync_segment(&segment));
            let mut work = self.work.lock();
            // Retention may have taken it out of the log, and its files away, in the middle.
            if let Some(place) = work.unfinished.iter().position(|listed| Arc::ptr_eq(listed, &segment)) {
                self.synced(&mut work, synced)?;
                work.unfinished.remove(place);
            }
        }
        loop {
            let Some((offset, bytes)) = self.healthy_work()?.snapshots.first().cloned() else { break };
            let written = self.write_snapshot(offset, &bytes);
            let mut work = self.work.lock();
            self.synced(&mut work, written)?;
            work.snapshots.retain(|(listed, _)| *listed != offset);
        }
        if !self.healthy_work()?.is_dir_dirty {
            return Ok(());
        }
        self.sync_names()?;
        let work = self.work.lock();
        if work.unfinished.is_empty() && work.snapshots.is_empty() && !work.is_dir_dirty {
            // Everything below the active segment is durable now.
            let base = self.tail.lock().segment.base;
            self.recovery_point.fetch_max(base, Ordering::AcqRel);
        }
        Ok(())
    }

    fn healthy_work(&self) -> Result<MutexGuard<'_, Work>, WriteFailed> {
        let work = self.work.lock();
        if work.has_failed {
            return Err(WriteFailed { error: offline(), is_fatal: true });
        }
        Ok(work)
    }

    fn sync_names(&self) -> Result<(), WriteFailed> {
        if std::mem::take(&mut self.work.lock().is_dir_dirty) {
            let synced = self.files.disk.sync_dir(&self.files.dir());
            self.synced(&mut self.work.lock(), synced)?;
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
        sync_bytes(&*segment.file(&self.files)?)?;
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
        let _syncing = self.syncing.lock();
        {
            let mut work = self.work.lock();
            self.tail.lock().is_busy = true;
            self.cut_tail(&mut work).map_err(WriteFailed::new)?;
            self.drop_spare(&mut work);
            let mut tail = self.tail.lock();
            if tail.log_end == tail.log_start && tail.position == 0 && work.unfinished.is_empty() {
                tail.file = None;
                tail.segment.close();
                return Ok(());
            }
            drop(tail);
            self.trim_locked(&mut work.writeback).map_err(WriteFailed::new)?;
        }
        self.flush_locked()?;
        let (segment, end, bytes, has_epochs) = {
            let mut tail = self.tail.lock();
            push_time_row(&mut tail);
            tail.file = None;
            let has_epochs = tail.epoch_on_disk >= 0 || self.epochs.read().latest().is_none();
            (Arc::clone(&tail.segment), tail.log_end, snapshot::encode(&tail.producers), has_epochs)
        };
        if !has_epochs {
            // Lost with a crash and read from the batches since: the next start need not do that again.
            let mut work = self.work.lock();
            self.write_epoch_checkpoint(&mut work).map_err(WriteFailed::new)?;
            drop(work);
            self.sync_names()?;
        }
        let has_fresh = segment.offsets.fresh() + segment.times.fresh() + segment.aborted.fresh() > 0;
        let path = self.files.path(end, files::SNAPSHOT);
        // Untouched since it was opened: the snapshot and the rows are there and durable.
        if has_fresh || self.files.disk.stat(&path).is_err() {
            self.create_indexes(&segment).map_err(WriteFailed::new)?;
            self.store_indexes(&segment).map_err(WriteFailed::new)?;
            let done = self.sync_segment(&segment).and_then(|()| self.write_snapshot(end, &bytes));
            {
                let mut work = self.work.lock();
                self.synced(&mut work, done)?;
                work.is_dir_dirty = true;
            }
            self.sync_names()?;
        }
        for segment in self.segments.load().iter() {
            segment.close();
        }
        Ok(())
    }

    /// Lets file handles go; they open again when needed (the tail by a diverted append).
    pub fn close_files(&self) {
        let mut work = self.work.lock();
        self.drop_spare(&mut work);
        if work.is_swapping {
            // A segment that has not its own name yet could not be opened again.
            return;
        }
        let mut tail = self.tail.lock();
        tail.file = None;
        for segment in self.segments.load().iter() {
            segment.close();
        }
    }
}

/// Syncs a log. A sync that fails for want of space has lost pages as any other: what it says must not be taken for the
/// lack of room that a write meets and that passes.
pub(crate) fn sync_bytes(file: &dyn File) -> io::Result<()> {
    file.sync_data().map_err(|error| io::Error::other(format!("the sync failed: {error}")))
}
