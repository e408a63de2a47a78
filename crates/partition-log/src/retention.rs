//! What leaves a log at its old end: by time, by size, below the log's start. Whole segments only, never past
//! the high watermark; files are renamed away here and unlinked later by the janitor, each durably gone before the next
//! leaves, so that no crash can bring an older one back without it: a log with a hole. Disk threads only.

use std::sync::Arc;

use thalweg_model::{Now, Offset};

use crate::files;
use crate::log::{PartitionLog, Work};
use crate::open::doom;
use crate::request::{Doomed, WriteFailed};
use crate::segment::Segment;

impl PartitionLog {
    /// Raises the log's start (DeleteRecords): at most to the high watermark. Returns the start now in force,
    /// to be written to `log-start-offset-checkpoint`. Segments below it go with the next
    /// [`PartitionLog::delete_old_segments`].
    pub fn delete_records_before(&self, new_log_start: Offset) -> Offset {
        let mut tail = self.tail.lock();
        let start = new_log_start.0.min(tail.high_watermark);
        if start > tail.log_start {
            tail.log_start = start;
            self.epochs.write().truncate_from_start(start);
            self.ends.publish(tail.snapshot());
        }
        Offset(tail.log_start)
    }

    /// Takes segments out of the log that retention or the log's start have passed, the active one included
    /// (rolled first). What it returns is to be unlinked after `file.delete.delay.ms`.
    pub fn delete_old_segments(&self, now: Now) -> Result<Vec<Doomed>, WriteFailed> {
        let mut work = self.work.lock();
        if work.is_swapping {
            // Next time.
            return Ok(Vec::new());
        }
        let mut count = self.expired(now)?;
        let segments = self.segments.load_full();
        if count == segments.len() {
            // Everything is old: the active segment is closed, and the new one stays.
            if self.active().size() > 0 {
                self.roll_to(&mut work, None, now).map_err(WriteFailed::new)?;
            } else {
                count -= 1;
            }
        }
        let mut doomed = Vec::with_capacity(count);
        for segment in segments.iter().take(count) {
            doomed.push(self.remove_first(&mut work, segment)?);
        }
        Ok(doomed)
    }

    /// How many segments, oldest first, may go.
    fn expired(&self, now: Now) -> Result<usize, WriteFailed> {
        let config = self.config.load();
        let ends = self.ends.read();
        let segments = self.segments.load_full();
        let end_of = |place: usize| segments.get(place + 1).map_or(ends.log_end, |next| next.base);
        // Below the log's start whatever the policy; the active segment only by the rules that follow.
        let mut count = (0..segments.len() - 1).take_while(|&place| end_of(place) <= ends.log_start).count();
        if config.cleanup_policy.delete {
            // Compaction may leave a segment empty; only the active one stays for that.
            let may_go = |place: usize| {
                end_of(place) <= ends.high_watermark
                    && (segments[place].size() > 0 || place + 1 < segments.len())
            };
            if let Some(retention_ms) = config.retention_ms_limit() {
                while count < segments.len() && may_go(count) {
                    let newest = self.largest_timestamp(&segments[count]).map_err(WriteFailed::new)?;
                    if now.wall_ms.saturating_sub(newest) <= retention_ms {
                        break;
                    }
                    count += 1;
                }
            }
            if let Some(retention_bytes) = config.retention_bytes_limit() {
                let kept = segments.iter().skip(count).map(|segment| i64::from(segment.size()));
                let mut over = kept.sum::<i64>() - retention_bytes;
                while count < segments.len() && may_go(count) {
                    over -= i64::from(segments[count].size());
                    if over < 0 {
                        break;
                    }
                    count += 1;
                }
            }
        }
        Ok(count)
    }

    /// The largest record time, or the file's age where records carry none.
    pub(crate) fn largest_timestamp(&self, segment: &Segment) -> std::io::Result<i64> {
        match segment.max_timestamp().0 {
            timestamp if timestamp >= 0 => Ok(timestamp),
            _ => {
                let path = self.files.path(segment.base, files::LOG);
                self.files.disk.stat(&path).map(|stat| stat.modified_ms)
            }
        }
    }

    /// Takes the oldest segment out: first from the readers' list, then from the directory.
    fn remove_first(&self, work: &mut Work, segment: &Arc<Segment>) -> Result<Doomed, WriteFailed> {
        {
            let mut tail = self.tail.lock();
            let list: Vec<_> =
                self.segments.load().iter().filter(|s| !Arc::ptr_eq(s, segment)).cloned().collect();
            let start = list.first().map_or(tail.log_end, |first| first.base);
            self.segments.store(Arc::new(list));
            if start > tail.log_start {
                tail.log_start = start;
                self.epochs.write().truncate_from_start(start);
            }
            self.ends.publish(tail.snapshot());
        }
        work.unfinished.retain(|unfinished| !Arc::ptr_eq(unfinished, segment));
        work.snapshots.retain(|(offset, _)| *offset != segment.base);
        // What left before this one is mostly durable by now: every flush of a new segment sees to it.
        let mut synced = Ok(());
        if work.is_dir_dirty {
            synced = self.files.disk.sync_dir(&self.files.dir());
            work.is_dir_dirty = synced.is_err();
        }
        let doomed = synced.and_then(|()| doom(&self.files, segment));
        work.is_dir_dirty = true;
        segment.close();
        doomed.map_err(WriteFailed::new)
    }
}
