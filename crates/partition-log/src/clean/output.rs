//! The files of a segment that compaction is writing: `<base>.log.cleaned` and its indexes. Nobody reads them before
//! they are whole and synced; what a crash leaves of them is removed at the next start.

use std::io::{self, IoSlice};
use std::path::PathBuf;
use std::sync::Arc;

use thalweg_platform::{File, Open};

use crate::files::{self, Files};
use crate::index::{OffsetRow, Row, TimeRow, TxnRow};
use crate::segment::Segment;

/// Bytes gathered before they are written.
const GATHER: usize = 1 << 20;

#[derive(Debug)]
pub(super) struct Output {
    base: i64,
    log: Arc<dyn File>,
    /// Bytes in the file, and those that wait to be.
    written: u32,
    gathered: Vec<u8>,
    index_interval_bytes: i64,
    bytes_since_index: i64,
    offsets: Vec<OffsetRow>,
    times: Vec<TimeRow>,
    aborted: Vec<TxnRow>,
    max_timestamp: (i64, i64),
    first_timestamp: Option<i64>,
    last_offset: i64,
}

/// A segment whose files are whole and durable under their `.cleaned` names.
#[derive(Debug)]
pub(super) struct Finished {
    pub segment: Segment,
    /// Suffixes of the files it has.
    pub suffixes: Vec<&'static str>,
}

impl Output {
    pub fn begin(files: &Files, base: i64, index_interval_bytes: i32) -> io::Result<Self> {
        let log = files.disk.open(&path(files, base, files::LOG), Open::Truncate)?;
        Ok(Self {
            base,
            log,
            written: 0,
            gathered: Vec::new(),
            index_interval_bytes: index_interval_bytes.into(),
            bytes_since_index: 0,
            offsets: Vec::new(),
            times: Vec::new(),
            aborted: Vec::new(),
            max_timestamp: (-1, base),
            first_timestamp: None,
            last_offset: -1,
        })
    }

    /// Bytes so far.
    pub fn size(&self) -> u32 {
        self.written + self.gathered.len() as u32
    }

    /// Adds a batch that ends with `last_offset`. False: the segment cannot hold it.
    pub fn push(&mut self, bytes: &[u8], last_offset: i64, max_timestamp: i64) -> io::Result<bool> {
        let position = self.size();
        let end = u64::from(position) + bytes.len() as u64;
        if end > i32::MAX as u64 || last_offset - self.base > i64::from(i32::MAX) {
            return Ok(false);
        }
        debug_assert!(last_offset > self.last_offset, "offsets rise");
        if max_timestamp > self.max_timestamp.0 {
            self.max_timestamp = (max_timestamp, last_offset);
        }
        self.first_timestamp.get_or_insert(max_timestamp);
        if self.bytes_since_index > self.index_interval_bytes {
            self.offsets.push(OffsetRow { offset: last_offset, position });
            self.push_time();
            self.bytes_since_index = 0;
        }
        self.bytes_since_index += bytes.len() as i64;
        self.last_offset = last_offset;
        self.gathered.extend_from_slice(bytes);
        if self.gathered.len() >= GATHER {
            self.write()?;
        }
        Ok(true)
    }

    /// Keeps a row of the transaction index.
    pub fn push_aborted(&mut self, row: TxnRow) {
        self.aborted.push(row);
    }

    fn push_time(&mut self) {
        let (timestamp, offset) = self.max_timestamp;
        if timestamp > self.times.last().map_or(-1, |row| row.timestamp) {
            self.times.push(TimeRow { timestamp, offset });
        }
    }

    fn write(&mut self) -> io::Result<()> {
        let at = u64::from(self.written);
        self.log.write_all_at(&mut [IoSlice::new(&self.gathered)], at).map_err(|failed| failed.error)?;
        self.written += self.gathered.len() as u32;
        self.gathered.clear();
        Ok(())
    }

    /// Writes what is left, the indexes too, and syncs everything. `modified_ms`: of the newest segment it stands
    /// for, whose age it takes on.
    pub fn finish(mut self, files: &Files, modified_ms: i64, incarnation: u32) -> io::Result<Finished> {
        self.write()?;
        self.push_time();
        self.log.sync_data()?;
        self.log.set_modified(modified_ms)?;
        let mut suffixes = Vec::new();
        let offsets = self.write_index(files, &self.offsets, true, &mut suffixes)?;
        let times = self.write_index(files, &self.times, true, &mut suffixes)?;
        let aborted = self.write_index(files, &self.aborted, false, &mut suffixes)?;
        // Last, so that a log is never renamed before its indexes.
        suffixes.push(files::LOG);
        let counts = [self.offsets.len() as u32, self.times.len() as u32, self.aborted.len() as u32];
        let mut segment = Segment::existing(
            self.base,
            self.written,
            counts,
            self.max_timestamp,
            modified_ms,
            Some(Arc::clone(&self.log)),
        );
        segment.incarnation = incarnation;
        if let Some(timestamp) = self.first_timestamp {
            segment.set_first_timestamp(timestamp);
        }
        // Readers come before the files have their names.
        offsets.into_iter().for_each(|file| segment.offsets.set_file(file));
        times.into_iter().for_each(|file| segment.times.set_file(file));
        aborted.into_iter().for_each(|file| segment.aborted.set_file(file));
        Ok(Finished { segment, suffixes })
    }

    fn write_index<R: Row>(
        &self,
        files: &Files,
        rows: &[R],
        even_empty: bool,
        suffixes: &mut Vec<&'static str>,
    ) -> io::Result<Option<Arc<dyn File>>> {
        if rows.is_empty() && !even_empty {
            return Ok(None);
        }
        let mut bytes = Vec::with_capacity(rows.len() * R::BYTES);
        rows.iter().for_each(|row| row.encode(self.base, &mut bytes));
        let file = files.disk.open(&path(files, self.base, R::SUFFIX), Open::Truncate)?;
        file.write_all_at(&mut [IoSlice::new(&bytes)], 0).map_err(|failed| failed.error)?;
        file.sync_data()?;
        suffixes.push(R::SUFFIX);
        Ok(Some(file))
    }

    /// Takes the files away again; what cannot be removed goes at the next start.
    pub fn give_up(self, files: &Files) {
        for suffix in [files::LOG, files::OFFSET_INDEX, files::TIME_INDEX, files::TXN_INDEX] {
            drop(files.disk.remove_file(&path(files, self.base, suffix)));
        }
    }
}

fn path(files: &Files, base: i64, suffix: &str) -> PathBuf {
    files.path(base, &format!("{suffix}{}", files::CLEANED))
}
