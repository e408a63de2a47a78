//! What the disk thread does ahead of and behind the tail so that a writer never meets the disk: blocks taken
//! before they are needed, dirty pages handed to the disk in small steps before the kernel throttles.

use thalweg_model::{Mono, Now};
use thalweg_platform::File;

use crate::log::PartitionLog;
use crate::request::WriteFailed;

/// How far ahead and behind, in the active segment. Under the work lock.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pace {
    /// How often the file under it has become another one.
    restarts: u32,
    /// Bytes of the active file whose writeback was begun.
    written_back: u32,
    /// Blocks are there up to here.
    allocated: u32,
    /// Where the tail was at the last look, and when.
    seen: u32,
    seen_at: Mono,
    /// The file system cannot take blocks ahead, or has none to spare.
    is_off: bool,
}

impl Pace {
    /// The active file is another one, or was cut.
    pub fn restart(&mut self) {
        let restarts = self.restarts.wrapping_add(1);
        *self = Self { restarts, seen_at: self.seen_at, ..Self::default() };
    }
}

/// Writeback begins in steps of at least this.
const WRITEBACK_STEP: u32 = 1 << 20;
/// Blocks are taken ahead in steps of at most this.
const AHEAD_MAX: u64 = 64 << 20;
/// Steps smaller than this are not worth the call.
const AHEAD_MIN: u64 = 1 << 20;

impl PartitionLog {
    /// What the disk thread owes a partition that is being written: sealed segments finished, writeback begun
    /// behind the tail, blocks taken ahead of it. Called when an append asks for attention and now and then.
    pub fn attend(&self, now: Now) -> Result<(), WriteFailed> {
        let _syncing = self.syncing.lock();
        self.finish_sealed()?;
        let (file, position, mut pace) = {
            let mut work = self.work.lock();
            if std::mem::take(&mut work.lacks_indexes) {
                self.create_indexes(&self.active()).map_err(WriteFailed::new)?;
            }
            let tail = self.tail.lock();
            (tail.file.clone(), tail.position, work.writeback.clone())
        };
        let Some(file) = file else { return Ok(()) };
        // Without the work lock, which a roll needs.
        let begun = self.write_back(&mut pace, &*file, position).map_err(WriteFailed::new);
        if begun.is_ok() {
            self.allocate_ahead(&mut pace, &*file, position, now);
        }
        let mut work = self.work.lock();
        if work.writeback.restarts == pace.restarts {
            work.writeback = pace;
        }
        begun
    }

    /// Begins writeback of whole steps behind the tail. Says nothing about durability.
    fn write_back(&self, pace: &mut Pace, file: &dyn File, position: u32) -> std::io::Result<()> {
        let end = position - position % WRITEBACK_STEP;
        if end <= pace.written_back {
            return Ok(());
        }
        file.start_writeback(u64::from(pace.written_back), u64::from(end - pace.written_back))?;
        pace.written_back = end;
        Ok(())
    }

    /// `preallocate`: a segment's blocks are taken all at once. The file's length stays that of its batches, so that
    /// nobody reads past them. Without the space it is a segment like any other.
    pub(crate) fn preallocate(&self, pace: &mut Pace, file: &dyn File) {
        let bytes = self.config.load().preallocated_bytes();
        if let Some(bytes) = u32::try_from(bytes).ok().filter(|&bytes| bytes > 0)
            && file.allocate(0, u64::from(bytes)).is_ok()
        {
            pace.allocated = bytes;
        }
    }

    /// Takes blocks for the next second: never more than 64 MiB, 1 % of the free space, or the segment's rest.
    fn allocate_ahead(&self, pace: &mut Pace, file: &dyn File, position: u32, now: Now) {
        let elapsed_ms = pace.seen_at.until(now.mono).as_millis().max(1);
        let grown = u128::from(position.saturating_sub(pace.seen));
        (pace.seen, pace.seen_at) = (position, now.mono);
        let rate = u64::try_from(grown * 1000 / elapsed_ms).unwrap_or(u64::MAX);
        // Half a second of blocks is still there.
        if pace.is_off || u64::from(pace.allocated.saturating_sub(position)) * 2 > rate.min(AHEAD_MAX) {
            return;
        }
        let limit = self.config.load().segment_bytes.max(0) as u32;
        let from = pace.allocated.max(position);
        let Ok(space) = self.files.disk.space(&self.files.dir()) else { return };
        let step = rate.min(AHEAD_MAX).min(space.free / 100).min(u64::from(limit.saturating_sub(from)));
        if step < AHEAD_MIN {
            return;
        }
        match file.allocate(u64::from(from), step) {
            Ok(()) => pace.allocated = from + step as u32,
            // Not a failure of the log: it goes on without.
            Err(_) => pace.is_off = true,
        }
    }

    /// Gives back blocks taken ahead of a tail that has come to rest. Disk thread.
    pub fn trim(&self) -> Result<(), WriteFailed> {
        let _syncing = self.syncing.lock();
        let mut work = self.work.lock();
        self.drop_spare(&mut work);
        if self.config.load().preallocate {
            // Taken for as long as the segment is the active one.
            return Ok(());
        }
        self.trim_locked(&mut work.writeback).map_err(WriteFailed::new)
    }

    pub(crate) fn trim_locked(&self, pace: &mut Pace) -> std::io::Result<()> {
        if pace.allocated == 0 {
            return Ok(());
        }
        // Under the tail's lock: a write between reading the length and cutting to it would be lost.
        let tail = self.tail.lock();
        if let (Some(file), false) = (&tail.file, tail.needs_cut) {
            file.set_len(u64::from(tail.position))?;
        }
        pace.allocated = 0;
        Ok(())
    }
}
