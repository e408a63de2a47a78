//! One segment: a log file named by its base offset, with its three indexes. Knows where an offset lies and
//! what times it holds. Appending to the active one is `append`'s work; this never decides when to roll.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use thalweg_platform::{File, Open};

use crate::files::{self, Files, Lazy};
use crate::index::{Index, OffsetRow, TimeRow, TxnRow};
use crate::request::ReadError;
use crate::scan::{BatchAt, HeaderWalk};
use thalweg_model::Offset;

const NOT_READ: i64 = i64::MIN;

/// A segment. Its numbers are written under the tail's lock while it is active, and never after that.
#[derive(Debug)]
pub(crate) struct Segment {
    pub base: i64,
    /// Bytes of the file that belong to the log. Stored with release after the bytes were written.
    size: AtomicU32,
    log: Lazy,
    pub offsets: Index<OffsetRow>,
    pub times: Index<TimeRow>,
    pub aborted: Index<TxnRow>,
    /// Largest timestamp, −1 = none, and the last offset of the batch that holds it.
    max_timestamp: AtomicI64,
    max_timestamp_offset: AtomicI64,
    /// Largest timestamp of the first batch: the age that `segment.ms` is about. −1 = it has none,
    /// [`NOT_READ`] = nobody has looked.
    first_timestamp: AtomicI64,
    /// When it was made or opened, by the wall clock: its age while it holds no timestamp.
    pub created_ms: i64,
    /// How often compaction has written this base offset's segment anew: positions in one say nothing about
    /// another.
    pub incarnation: u32,
}

impl Segment {
    /// A new, empty segment over a file that was just made.
    pub fn empty(base: i64, log: Option<Arc<dyn File>>, created_ms: i64) -> Self {
        Self::existing(base, 0, [0; 3], (-1, base), created_ms, log)
    }

    /// A segment as it was found.
    pub fn existing(
        base: i64,
        size: u32,
        [offsets, times, aborted]: [u32; 3],
        (max_timestamp, max_timestamp_offset): (i64, i64),
        created_ms: i64,
        log: Option<Arc<dyn File>>,
    ) -> Self {
        Self {
            base,
            size: AtomicU32::new(size),
            log: log.map(Lazy::opened).unwrap_or_default(),
            offsets: Index::new(offsets),
            times: Index::new(times),
            aborted: Index::new(aborted),
            max_timestamp: AtomicI64::new(max_timestamp),
            max_timestamp_offset: AtomicI64::new(max_timestamp_offset),
            first_timestamp: AtomicI64::new(NOT_READ),
            created_ms,
            incarnation: 0,
        }
    }

    pub fn size(&self) -> u32 {
        self.size.load(Ordering::Acquire)
    }

    pub fn set_size(&self, size: u32) {
        self.size.store(size, Ordering::Release);
    }

    pub fn file(&self, files: &Files) -> io::Result<Arc<dyn File>> {
        self.log.get(files, self.base, files::LOG, Open::ReadWrite)
    }

    pub fn set_file(&self, file: Arc<dyn File>) {
        self.log.set(file);
    }

    /// Lets all handles go. They open again at the next use.
    pub fn close(&self) {
        self.log.close();
        self.offsets.close();
        self.times.close();
        self.aborted.close();
    }

    /// Lets all handles go for good: other files take the names.
    pub fn retire(&self) {
        self.log.retire();
        self.offsets.retire();
        self.times.retire();
        self.aborted.retire();
    }

    /// Largest timestamp and the last offset of its batch; −1 when there is none.
    pub fn max_timestamp(&self) -> (i64, i64) {
        (self.max_timestamp.load(Ordering::Acquire), self.max_timestamp_offset.load(Ordering::Acquire))
    }

    pub fn set_max_timestamp(&self, timestamp: i64, offset: i64) {
        self.max_timestamp_offset.store(offset, Ordering::Release);
        self.max_timestamp.store(timestamp, Ordering::Release);
    }

    /// Largest timestamp of the first batch, read from the file when it is not known.
    pub fn first_timestamp(&self, files: &Files) -> io::Result<i64> {
        let known = self.first_timestamp.load(Ordering::Relaxed);
        if known != NOT_READ {
            return Ok(known);
        }
        if self.size() < thalweg_records::HEADER_SIZE as u32 {
            return Ok(-1);
        }
        let mut header = [0; thalweg_records::HEADER_SIZE];
        self.file(files)?.read_exact_at(&mut header, 0)?;
        let timestamp = match header[16] {
            2 => i64::from_be_bytes(*header[35..].first_chunk().unwrap_or(&[0; 8])),
            1 => i64::from_be_bytes(*header[18..].first_chunk().unwrap_or(&[0; 8])),
            _ => -1,
        };
        self.first_timestamp.store(timestamp, Ordering::Relaxed);
        Ok(timestamp)
    }

    pub fn known_first_timestamp(&self) -> Option<i64> {
        let known = self.first_timestamp.load(Ordering::Relaxed);
        (known != NOT_READ).then_some(known)
    }

    pub fn set_first_timestamp(&self, timestamp: i64) {
        self.first_timestamp.store(timestamp, Ordering::Relaxed);
    }

    /// The first batch below `limit` whose last offset is at or behind `offset`; `None` when there is none.
    pub fn find(&self, files: &Files, offset: i64, limit: u32) -> Result<Option<BatchAt>, ReadError> {
        let file = self.file(files)?;
        let view = self.offsets.view(files, self.base);
        let before = view.partition_point(|row| row.offset <= offset)?;
        let from = match before.checked_sub(1) {
            Some(row) => view.get(row)?.position,
            None => 0,
        };
        let found = match walk_to(&*file, offset, from, limit) {
            // An index that leads nowhere, or behind the offset, is no reason to fail while the log is good.
            Err(ReadError::Corrupt { .. }) | Ok(Some(Landed { is_behind: true, .. })) if from > 0 => {
                walk_to(&*file, offset, 0, limit)
            }
            found => found,
        };
        match found {
            Err(ReadError::Corrupt { position, .. }) => {
                Err(ReadError::Corrupt { position, base_offset: Offset(self.base) })
            }
            found => Ok(found?.map(|landed| landed.batch)),
        }
    }

    /// Where the log stood when it ended before `offset`.
    pub fn position_of(&self, files: &Files, offset: i64, limit: u32) -> Result<u32, ReadError> {
        Ok(self.find(files, offset, limit)?.map_or(limit, |batch| batch.position))
    }

    /// Files of this segment that exist or may exist.
    pub fn paths(&self, files: &Files) -> Vec<PathBuf> {
        [files::LOG, files::OFFSET_INDEX, files::TIME_INDEX, files::TXN_INDEX, files::SNAPSHOT]
            .iter()
            .map(|suffix| files.path(self.base, suffix))
            .collect()
    }
}

struct Landed {
    batch: BatchAt,
    /// The walk's first batch begins behind the offset: it may have started too late.
    is_behind: bool,
}

fn walk_to(file: &dyn File, offset: i64, from: u32, limit: u32) -> Result<Option<Landed>, ReadError> {
    let mut walk = HeaderWalk::new(file, from, limit);
    let mut is_first = true;
    while let Some(batch) = walk.next()? {
        if batch.last_offset >= offset {
            return Ok(Some(Landed { batch, is_behind: is_first && batch.base_offset > offset }));
        }
        is_first = false;
    }
    if walk.position() < limit {
        return Err(ReadError::Corrupt { position: u64::from(walk.position()), base_offset: Offset(0) });
    }
    Ok(None)
}
