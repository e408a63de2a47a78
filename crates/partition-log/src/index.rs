//! The three indexes of a segment: offset → position, time → offset, aborted transactions. Each is a file of
//! fixed rows plus the rows that are not in the file yet, kept in memory; one sequence to whoever looks.
//! Never mapped into memory, never believed past the recovery point.
//!
//! | index | row on disk, big-endian |
//! |---|---|
//! | offset | i32 last offset of a batch − base, i32 position where that batch starts |
//! | time | i64 largest timestamp so far, i32 last offset of the batch that holds it − base |
//! | txn | i16 version 0, i64 producer id, i64 first offset, i64 last offset, i64 last stable offset |

use std::io::{self, IoSlice};
use std::marker::PhantomData;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use thalweg_platform::Open;

use crate::files::{self, Files, Lazy};
use crate::growing::Growing;

/// A row, in memory and on disk.
pub(crate) trait Row: Copy {
    const SUFFIX: &'static str;
    const BYTES: usize;
    const WORDS: usize;
    fn to_words(self) -> [u64; 4];
    fn from_words(words: [u64; 4]) -> Self;
    fn encode(self, base: i64, out: &mut Vec<u8>);
    /// `bytes` is exactly [`Row::BYTES`] long.
    fn decode(bytes: &[u8], base: i64) -> Self;
}

/// A batch that starts at `position` ends with `offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OffsetRow {
    pub offset: i64,
    pub position: u32,
}

/// Up to `offset`, no timestamp is larger than `timestamp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TimeRow {
    pub timestamp: i64,
    pub offset: i64,
}

/// An aborted transaction, and the last stable offset when its marker was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TxnRow {
    pub producer_id: i64,
    pub first_offset: i64,
    pub last_offset: i64,
    pub last_stable_offset: i64,
}

fn i32_at(bytes: &[u8], at: usize) -> i32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, i32::from_be_bytes)
}

fn i64_at(bytes: &[u8], at: usize) -> i64 {
    bytes.get(at..at + 8).and_then(|b| b.try_into().ok()).map_or(0, i64::from_be_bytes)
}

impl Row for OffsetRow {
    const SUFFIX: &'static str = files::OFFSET_INDEX;
    const BYTES: usize = 8;
    const WORDS: usize = 2;

    fn to_words(self) -> [u64; 4] {
        [self.offset as u64, u64::from(self.position), 0, 0]
    }

    fn from_words(words: [u64; 4]) -> Self {
        Self { offset: words[0] as i64, position: words[1] as u32 }
    }

    fn encode(self, base: i64, out: &mut Vec<u8>) {
        out.extend_from_slice(&((self.offset - base) as i32).to_be_bytes());
        out.extend_from_slice(&self.position.to_be_bytes());
    }

    fn decode(bytes: &[u8], base: i64) -> Self {
        Self { offset: base.saturating_add(i64::from(i32_at(bytes, 0))), position: i32_at(bytes, 4) as u32 }
    }
}

impl Row for TimeRow {
    const SUFFIX: &'static str = files::TIME_INDEX;
    const BYTES: usize = 12;
    const WORDS: usize = 2;

    fn to_words(self) -> [u64; 4] {
        [self.timestamp as u64, self.offset as u64, 0, 0]
    }

    fn from_words(words: [u64; 4]) -> Self {
        Self { timestamp: words[0] as i64, offset: words[1] as i64 }
    }

    fn encode(self, base: i64, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.timestamp.to_be_bytes());
        out.extend_from_slice(&((self.offset - base) as i32).to_be_bytes());
    }

    fn decode(bytes: &[u8], base: i64) -> Self {
        Self { timestamp: i64_at(bytes, 0), offset: base.saturating_add(i64::from(i32_at(bytes, 8))) }
    }
}

impl Row for TxnRow {
    const SUFFIX: &'static str = files::TXN_INDEX;
    const BYTES: usize = 34;
    const WORDS: usize = 4;

    fn to_words(self) -> [u64; 4] {
        [self.producer_id, self.first_offset, self.last_offset, self.last_stable_offset].map(|v| v as u64)
    }

    fn from_words(words: [u64; 4]) -> Self {
        let [producer_id, first_offset, last_offset, last_stable_offset] = words.map(|word| word as i64);
        Self { producer_id, first_offset, last_offset, last_stable_offset }
    }

    fn encode(self, _base: i64, out: &mut Vec<u8>) {
        out.extend_from_slice(&0i16.to_be_bytes());
        for value in [self.producer_id, self.first_offset, self.last_offset, self.last_stable_offset] {
            out.extend_from_slice(&value.to_be_bytes());
        }
    }

    fn decode(bytes: &[u8], _base: i64) -> Self {
        Self {
            producer_id: i64_at(bytes, 2),
            first_offset: i64_at(bytes, 10),
            last_offset: i64_at(bytes, 18),
            last_stable_offset: i64_at(bytes, 26),
        }
    }
}

/// `stored` rows are in the file, `fresh` follow them. One value, so that a reader sees no row twice or not
/// at all while rows move from memory to the file.
#[derive(Debug)]
struct Rows {
    stored: u32,
    fresh: Growing,
}

/// One index of one segment. Writers hold the tail's lock.
#[derive(Debug)]
pub(crate) struct Index<R> {
    /// `None` = no rows at all: what an idle partition has.
    rows: ArcSwapOption<Rows>,
    file: Lazy,
    row: PhantomData<fn() -> R>,
}

impl<R: Row> Index<R> {
    pub fn new(stored: u32) -> Self {
        let rows = (stored > 0).then(|| Arc::new(Rows { stored, fresh: Growing::new(R::WORDS) }));
        Self { rows: ArcSwapOption::new(rows), file: Lazy::default(), row: PhantomData }
    }

    pub fn len(&self) -> u32 {
        self.rows.load().as_ref().map_or(0, |rows| rows.stored + rows.fresh.len() as u32)
    }

    /// Rows that are not in the file yet.
    pub fn fresh(&self) -> u32 {
        self.rows.load().as_ref().map_or(0, |rows| rows.fresh.len() as u32)
    }

    /// Under the tail's lock. False: the list in memory is full.
    pub fn push(&self, row: R) -> bool {
        let words = &row.to_words()[..R::WORDS];
        if let Some(rows) = &*self.rows.load() {
            return rows.fresh.push(words);
        }
        let rows = Rows { stored: 0, fresh: Growing::new(R::WORDS) };
        let pushed = rows.fresh.push(words);
        self.rows.store(Some(Arc::new(rows)));
        pushed
    }

    /// A view that does not change while rows are added or stored.
    pub fn view<'a>(&'a self, files: &'a Files, base: i64) -> IndexView<'a, R> {
        let rows = self.rows.load_full();
        let stored = rows.as_ref().map_or(0, |rows| rows.stored);
        let fresh = rows.as_ref().map_or(0, |rows| rows.fresh.len() as u32);
        IndexView { index: self, files, base, stored, len: stored + fresh, rows }
    }

    /// Writes the rows that are only in memory into the file, without syncing. Returns how many; the caller
    /// then calls [`Index::stored`] under the tail's lock. Serialized by the work lock.
    pub fn store(&self, files: &Files, base: i64) -> io::Result<u32> {
        let Some(rows) = self.rows.load_full() else { return Ok(0) };
        let count = rows.fresh.len();
        if count == 0 {
            return Ok(0);
        }
        let mut bytes = Vec::with_capacity(count * R::BYTES);
        for number in 0..count {
            let mut words = [0; 4];
            rows.fresh.read(number, &mut words[..R::WORDS]);
            R::from_words(words).encode(base, &mut bytes);
        }
        let file = self.file.get(files, base, R::SUFFIX, Open::Create)?;
        let at = u64::from(rows.stored) * R::BYTES as u64;
        file.write_all_at(&mut [IoSlice::new(&bytes)], at).map_err(|failed| failed.error)?;
        Ok(count as u32)
    }

    /// Under the tail's lock: the first `count` fresh rows are in the file now.
    pub fn stored(&self, count: u32) {
        let Some(rows) = self.rows.load_full() else { return };
        let fresh = Growing::new(R::WORDS);
        for number in count as usize..rows.fresh.len() {
            let mut words = [0; 4];
            rows.fresh.read(number, &mut words[..R::WORDS]);
            fresh.push(&words[..R::WORDS]);
        }
        self.rows.store(Some(Arc::new(Rows { stored: rows.stored + count, fresh })));
    }

    /// Under the tail's and the work lock: keeps the first `count` rows only. The file is cut when all the
    /// rows kept are in it; otherwise the next `store` overwrites.
    pub fn truncate(&self, files: &Files, base: i64, count: u32) -> io::Result<()> {
        let Some(rows) = self.rows.load_full() else { return Ok(()) };
        if count >= rows.stored + rows.fresh.len() as u32 {
            return Ok(());
        }
        let stored = rows.stored.min(count);
        let fresh = Growing::new(R::WORDS);
        for number in 0..(count - stored) as usize {
            let mut words = [0; 4];
            rows.fresh.read(number, &mut words[..R::WORDS]);
            fresh.push(&words[..R::WORDS]);
        }
        if stored < rows.stored {
            let file = self.file.get(files, base, R::SUFFIX, Open::ReadWrite)?;
            file.set_len(u64::from(stored) * R::BYTES as u64)?;
        }
        self.rows.store(Some(Arc::new(Rows { stored, fresh })));
        Ok(())
    }

    /// Forgets every row, in memory and in the file (made if it is not there): the index is about to be
    /// rebuilt.
    pub fn reset(&self, files: &Files, base: i64) -> io::Result<()> {
        self.rows.store(None);
        let file = self.file.get(files, base, R::SUFFIX, Open::Create)?;
        if file.len()? > 0 {
            file.set_len(0)?;
        }
        Ok(())
    }

    /// Makes the file if it is not there.
    pub fn create(&self, files: &Files, base: i64) -> io::Result<()> {
        self.file.get(files, base, R::SUFFIX, Open::Create).map(|_| ())
    }

    /// Makes the stored rows durable.
    pub fn sync(&self, files: &Files, base: i64) -> io::Result<()> {
        self.file.get(files, base, R::SUFFIX, Open::ReadWrite)?.sync_data()
    }

    /// The file under another name, for as long as it has that.
    pub fn set_file(&self, file: Arc<dyn thalweg_platform::File>) {
        self.file.set(file);
    }

    pub fn retire(&self) {
        self.file.retire();
    }

    pub fn close(&self) {
        self.file.close();
    }
}

/// What an index held at one moment.
pub(crate) struct IndexView<'a, R> {
    index: &'a Index<R>,
    files: &'a Files,
    base: i64,
    stored: u32,
    len: u32,
    rows: Option<Arc<Rows>>,
}

impl<R: Row> IndexView<'_, R> {
    pub fn len(&self) -> u32 {
        self.len
    }

    pub fn get(&self, number: u32) -> io::Result<R> {
        if number >= self.stored {
            let mut words = [0; 4];
            if let Some(rows) = &self.rows {
                rows.fresh.read((number - self.stored) as usize, &mut words[..R::WORDS]);
            }
            return Ok(R::from_words(words));
        }
        let file = self.index.file.get(self.files, self.base, R::SUFFIX, Open::ReadWrite)?;
        let mut bytes = [0; 64];
        let bytes = &mut bytes[..R::BYTES];
        file.read_exact_at(bytes, u64::from(number) * R::BYTES as u64)?;
        Ok(R::decode(bytes, self.base))
    }

    pub fn last(&self) -> io::Result<Option<R>> {
        self.len.checked_sub(1).map(|last| self.get(last)).transpose()
    }

    /// Number of rows at the front for which `is_before` holds; it holds for no row behind one for which it
    /// does not. Rows in memory are looked at first: the tail is where most readers are.
    pub fn partition_point(&self, mut is_before: impl FnMut(&R) -> bool) -> io::Result<u32> {
        let (mut low, mut high) = (0, self.len);
        if self.stored > 0 && self.stored < self.len {
            if is_before(&self.get(self.stored)?) {
                low = self.stored + 1;
            } else {
                high = self.stored;
            }
        }
        let mut block = Block::default();
        while low < high {
            let middle = low + (high - low) / 2;
            let row = if high <= self.stored && (high - low) as usize <= BLOCK / R::BYTES {
                // What is left of the search lies within one read.
                block.row(self, low, high, middle)?
            } else {
                self.get(middle)?
            };
            if is_before(&row) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }
}

/// Bytes of an index that are read at once when a search has come that near.
const BLOCK: usize = 1 << 10;

/// Rows of the file that one read has brought; read at most once per search.
struct Block {
    bytes: [u8; BLOCK],
    /// Number of the first row; `None` before the read.
    first: Option<u32>,
}

impl Default for Block {
    fn default() -> Self {
        Self { bytes: [0; BLOCK], first: None }
    }
}

impl Block {
    /// Row `number` of `[low, high)`, all of them stored. Later calls name ranges within the first one.
    fn row<R: Row>(&mut self, view: &IndexView<'_, R>, low: u32, high: u32, number: u32) -> io::Result<R> {
        let first = match self.first {
            Some(first) => first,
            None => {
                let file = view.index.file.get(view.files, view.base, R::SUFFIX, Open::ReadWrite)?;
                let length = (high - low) as usize * R::BYTES;
                file.read_exact_at(&mut self.bytes[..length], u64::from(low) * R::BYTES as u64)?;
                self.first = Some(low);
                low
            }
        };
        let at = (number - first) as usize * R::BYTES;
        Ok(R::decode(self.bytes.get(at..at + R::BYTES).unwrap_or_default(), view.base))
    }
}
