//! Cutting the log's new end: a follower that diverged, a replica that starts anew. Never below what the
//! caller asks, never on its own. Disk threads only.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use thalweg_model::{Now, Offset};
use thalweg_platform::Open;
use thalweg_records::BatchView;

use crate::files;
use crate::index::{OffsetRow, Row, TimeRow};
use crate::log::{PartitionLog, Work, offline};
use crate::open::doom;
use crate::producers::Producers;
use crate::request::{Doomed, WriteFailed};
use crate::roll::remove_if_there;
use crate::scan::BatchWalk;
use crate::segment::Segment;
use crate::snapshot;

impl PartitionLog {
    /// Drops every batch that reaches `end` or lies behind it. Appends and the log's ends stand still meanwhile.
    pub fn truncate_to(&self, end: Offset, now: Now) -> Result<Vec<Doomed>, WriteFailed> {
        let _syncing = self.syncing.lock();
        let mut work = self.work.lock();
        if end >= self.ends().log_end {
            return Ok(Vec::new());
        }
        let done = self.busy(|| self.truncate_locked(&mut work, end.0, now));
        done.map_err(WriteFailed::new)
    }

    /// Drops everything and goes on at `start`, with an empty log.
    pub fn restart_at(&self, start: Offset, now: Now) -> Result<Vec<Doomed>, WriteFailed> {
        let _syncing = self.syncing.lock();
        let mut work = self.work.lock();
        let done = self.busy(|| {
            let segments = self.segments.load_full();
            let fresh = self.fresh_segment(start.0, now)?;
            let doomed =
                self.replace(&mut work, vec![fresh], segments.iter(), start.0, 0, Producers::default())?;
            let mut tail = self.tail.lock();
            (tail.log_start, tail.high_watermark) = (start.0, start.0);
            self.epochs.write().truncate_from_end(0);
            self.ends.publish(tail.snapshot());
            drop(tail);
            self.write_epochs()?;
            Ok(doomed)
        });
        done.map_err(WriteFailed::new)
    }

    fn busy<T>(&self, work: impl FnOnce() -> std::io::Result<T>) -> std::io::Result<T> {
        {
            let mut tail = self.tail.lock();
            if tail.is_offline {
                return Err(offline());
            }
            tail.is_busy = true;
        }
        let done = work();
        self.tail.lock().is_busy = false;
        done
    }

    fn truncate_locked(&self, work: &mut Work, end: i64, now: Now) -> std::io::Result<Vec<Doomed>> {
        let segments = self.segments.load_full();
        let keep = segments.partition_point(|segment| segment.base < end);
        let Some(last) = keep.checked_sub(1).map(|last| &segments[last]) else {
            let fresh = self.fresh_segment(end, now)?;
            return self.replace(work, vec![fresh], segments.iter(), end, 0, Producers::default());
        };
        let find = |offset| last.find(&self.files, offset, last.size()).map_err(std::io::Error::other);
        let cut = find(end)?.map_or(last.size(), |batch| batch.position);
        let file = last.file(&self.files)?;
        // The log may end before `end` when a batch spans it.
        let mut log_end = last.base;
        let mut walk = BatchWalk::new(&*file, 0, cut);
        let mut row_position = 0;
        let mut max_timestamp = (-1, last.base);
        let mut producers = self.producers_at(&segments[..keep], last.base)?;
        while let Some((at, bytes)) = walk.next()? {
            log_end = at.last_offset + 1;
            if let Ok(view) = BatchView::parse(bytes) {
                producers.apply(&view, false);
                if view.max_timestamp() > max_timestamp.0 {
                    max_timestamp = (view.max_timestamp(), at.last_offset);
                }
            }
        }
        let offsets = last.offsets.view(&self.files, last.base);
        let kept_offsets = offsets.partition_point(|row: &OffsetRow| row.position < cut)?;
        if let Some(row) = kept_offsets.checked_sub(1) {
            row_position = offsets.get(row)?.position;
        }
        let times = last.times.view(&self.files, last.base);
        let kept_times = times.partition_point(|row: &TimeRow| row.offset < log_end)?;
        let aborted = last.aborted.view(&self.files, last.base);
        let kept_aborted = aborted.partition_point(|row| row.last_offset < log_end)?;
        drop((offsets, times, aborted));
        {
            let _tail = self.tail.lock();
            last.offsets.truncate(&self.files, last.base, kept_offsets)?;
            last.times.truncate(&self.files, last.base, kept_times)?;
            last.aborted.truncate(&self.files, last.base, kept_aborted)?;
            last.set_max_timestamp(max_timestamp.0, max_timestamp.1);
            last.set_size(cut);
        }
        let list = segments[..keep].to_vec();
        let doomed =
            self.replace(work, list, segments[keep..].iter(), log_end, cut - row_position, producers)?;
        // Durable before the next append, as the renames are by the directory's sync below: no crash may bring back what
        // was cut, behind new records.
        file.set_len(u64::from(cut))?;
        file.sync_data()?;
        self.write_epochs()?;
        Ok(doomed)
    }

    fn fresh_segment(&self, base: i64, now: Now) -> std::io::Result<Arc<Segment>> {
        for suffix in [OffsetRow::SUFFIX, TimeRow::SUFFIX, files::TXN_INDEX, files::SNAPSHOT] {
            remove_if_there(&self.files, &self.files.path(base, suffix))?;
        }
        // Never over a file that readers hold: the old one of that name keeps its bytes.
        remove_if_there(&self.files, &self.files.path(base, files::LOG))?;
        let file = self.files.disk.open(&self.files.path(base, files::LOG), Open::Create)?;
        let segment = Arc::new(Segment::empty(base, Some(file), now.wall_ms));
        self.create_indexes(&segment)?;
        Ok(segment)
    }

    /// Publishes a shorter list, and renames away what is not in it any more.
    fn replace<'a>(
        &self,
        work: &mut Work,
        list: Vec<Arc<Segment>>,
        gone: impl Iterator<Item = &'a Arc<Segment>>,
        log_end: i64,
        bytes_since_index: u32,
        producers: Producers,
    ) -> std::io::Result<Vec<Doomed>> {
        {
            let mut tail = self.tail.lock();
            let Some(active) = list.last().cloned() else {
                return Err(std::io::Error::other("no segment left"));
            };
            tail.file = Some(active.file(&self.files)?);
            tail.position = active.size();
            (tail.offset_rows, tail.time_rows) = (active.offsets.len(), active.times.len());
            tail.last_time_row =
                active.times.view(&self.files, active.base).last()?.map_or(-1, |row| row.timestamp);
            tail.bytes_since_index = bytes_since_index;
            tail.log_end = log_end;
            tail.log_start = tail.log_start.min(log_end);
            tail.high_watermark = tail.high_watermark.clamp(tail.log_start, log_end);
            tail.producers = producers;
            let high_watermark = tail.high_watermark;
            tail.producers.high_watermark_moved(high_watermark);
            tail.segment = active;
            let mut epochs = self.epochs.write();
            epochs.truncate_from_end(log_end);
            tail.epoch_on_disk = epochs.latest().unwrap_or(-1);
            drop(epochs);
            self.segments.store(Arc::new(list));
            self.ends.publish(tail.snapshot());
            self.generation.fetch_add(1, Ordering::Release);
        }
        self.recovery_point.fetch_min(log_end, Ordering::AcqRel);
        work.writeback.restart();
        work.is_dir_dirty = true;
        work.snapshots.retain(|(offset, _)| *offset <= log_end);
        let mut doomed = Vec::new();
        for segment in gone {
            work.unfinished.retain(|unfinished| !Arc::ptr_eq(unfinished, segment));
            let is_replaced = self.segments.load().iter().any(|kept| kept.base == segment.base);
            if !is_replaced {
                doomed.push(doom(&self.files, segment)?);
            }
            segment.close();
        }
        let active = self.active();
        work.unfinished.retain(|unfinished| !Arc::ptr_eq(unfinished, &active));
        self.remove_snapshots_above(log_end)?;
        Ok(doomed)
    }

    fn remove_snapshots_above(&self, log_end: i64) -> std::io::Result<()> {
        let dir = self.files.dir();
        for entry in self.files.disk.list(&dir)? {
            if let Some((offset, files::SNAPSHOT)) = files::parse_file_name(&entry.name)
                && offset > log_end
            {
                remove_if_there(&self.files, &dir.join(&entry.name))?;
            }
        }
        Ok(())
    }

    /// Producer state at a segment's start.
    fn producers_at(&self, segments: &[Arc<Segment>], until: i64) -> std::io::Result<Producers> {
        let mut producers = Producers::default();
        let mut from = segments.first().map_or(until, |segment| segment.base);
        for segment in segments.iter().rev().filter(|segment| segment.base <= until) {
            let bytes = self.files.disk.read(&self.files.path(segment.base, files::SNAPSHOT), 512 << 20);
            if let Some(found) = bytes.ok().and_then(|bytes| snapshot::decode(&bytes)) {
                (producers, from) = (found, segment.base);
                break;
            }
        }
        for segment in segments.iter().filter(|segment| segment.base >= from && segment.base < until) {
            let file = segment.file(&self.files)?;
            let mut walk = BatchWalk::new(&*file, 0, segment.size());
            while let Some((at, bytes)) = walk.next()? {
                if at.base_offset < until
                    && let Ok(view) = BatchView::parse(bytes)
                {
                    producers.apply(&view, false);
                }
            }
        }
        Ok(producers)
    }
}
