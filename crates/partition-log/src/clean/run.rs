//! One compaction of one log, step by step: the dirty part is read into the map, then every segment up to the map's
//! end is copied through the filter, several small ones into one, and each result takes its sources' place. What a
//! step reads is checked (CRC) before it is believed; a batch that cannot be read ends the compaction and leaves the
//! log as it is.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::Arc;

use thalweg_model::{Now, Offset};
use thalweg_records::{BatchError, BatchView, LegacyMessage, Limits, MAGIC_V2, RecordIter, Scratch};

use super::filter::{Buffers, Judgement, Kept, Times, filter, filter_legacy};
use super::map::OffsetMap;
use super::output::Output;
use super::transactions::Transactions;
use super::{Dirtiness, between};
use crate::files;
use crate::index::TxnRow;
use crate::log::{PartitionLog, is_gone};
use crate::request::{Doomed, ReadError, WriteFailed};
use crate::scan::{BatchAt, BatchWalk};
use crate::segment::Segment;

/// A compaction under way. Dropping it leaves the log whole: what was not swapped in is removed.
#[derive(Debug)]
pub struct Compaction {
    log: Arc<PartitionLog>,
    map: OffsetMap,
    now_ms: i64,
    first_dirty: i64,
    first_uncleanable: i64,
    /// What is below the first uncleanable offset, as it was at the start.
    segments: Vec<Arc<Segment>>,
    /// Tombstones of magic 0 and 1 in segments not modified after this are old enough to go.
    legacy_horizon_ms: i64,
    transactions: Transactions,
    state: State,
    buffers: Buffers,
    io: Vec<u8>,
    /// What this compaction did.
    compacted: Compacted,
}

#[derive(Debug)]
enum State {
    /// Reading the dirty segment at this place, from this position on.
    Mapping {
        place: usize,
        position: u32,
    },
    /// Copying.
    Copying(Box<Copying>),
    Done,
}

#[derive(Debug)]
struct Copying {
    /// Segments that become one, in order; the last group is at the front.
    groups: Vec<Vec<Arc<Segment>>>,
    /// Which segment of the group at the end of `groups`, and from where on.
    place: usize,
    position: u32,
    output: Option<Output>,
    /// Last data offset and epoch of every producer that is remembered.
    producers: BTreeMap<i64, (Option<i64>, i16)>,
}

/// What a compaction did, in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// The log is compacted up to here; for `cleaner-offset-checkpoint`.
    pub end: Offset,
    /// Segments read, and what they became.
    pub segments_before: u32,
    /// Segments written.
    pub segments_after: u32,
    /// Bytes of the segments before.
    pub bytes_before: u64,
    /// Bytes of the segments after.
    pub bytes_after: u64,
    /// Keys in the map.
    pub keys: u64,
    /// The map was too small for the whole dirty part; the rest is for the next compaction.
    pub is_partial: bool,
}

/// What one step did.
#[derive(Debug)]
pub enum Step {
    /// There is more to do.
    Worked {
        /// Bytes read and written: what pacing counts.
        bytes: u64,
        /// Files that have left the log, to be unlinked later.
        doomed: Vec<Doomed>,
    },
    /// Everything is done.
    Done(Compacted),
}

/// Why a compaction ended before its end. The log is whole.
#[derive(Debug)]
pub enum CompactionError {
    /// Segments have left the log meanwhile (retention, truncation, deletion); to be tried again later.
    Overtaken,
    /// Data that cannot be read or compacted; trying again would meet it again.
    Unreadable {
        /// Which file.
        base_offset: Offset,
        /// Where in it.
        position: u32,
        /// What is wrong.
        why: String,
    },
    /// One batch holds more keys than the map can.
    MapTooSmall {
        /// Keys it can hold.
        keys: usize,
    },
    /// Reading failed.
    Read(io::Error),
    /// Writing failed.
    Write(WriteFailed),
}

impl fmt::Display for CompactionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overtaken => f.write_str("segments left the log while it was compacted"),
            Self::Unreadable { base_offset, position, why } => {
                write!(f, "segment {base_offset} cannot be compacted at byte {position}: {why}")
            }
            Self::MapTooSmall { keys } => write!(
                f,
                "a single batch has more than the {keys} keys that fit the map; raise log.cleaner.dedupe.buffer.size"
            ),
            Self::Read(error) => write!(f, "reading failed: {error}"),
            Self::Write(failed) => failed.fmt(f),
        }
    }
}

impl std::error::Error for CompactionError {}

impl From<WriteFailed> for CompactionError {
    fn from(failed: WriteFailed) -> Self {
        Self::Write(failed)
    }
}

impl Compaction {
    /// Begins to compact what `dirtiness` found. The map is emptied.
    pub fn new(
        log: Arc<PartitionLog>,
        dirtiness: &Dirtiness,
        mut map: OffsetMap,
        now: Now,
    ) -> Result<Self, Box<(OffsetMap, CompactionError)>> {
        map.clear();
        let (first_dirty, first_uncleanable) = (dirtiness.first_dirty.0, dirtiness.first_uncleanable.0);
        let all = log.segments.load_full();
        let end = all.partition_point(|segment| segment.base < first_uncleanable).min(all.len() - 1);
        let segments = all[..end].to_vec();
        let prepared = prepare(&log, &segments, first_dirty, first_uncleanable);
        let (transactions, legacy_horizon_ms, state) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return Err(Box::new((map, error))),
        };
        Ok(Self {
            log,
            map,
            now_ms: now.wall_ms,
            first_dirty,
            first_uncleanable,
            segments,
            legacy_horizon_ms,
            transactions,
            state,
            buffers: Buffers::default(),
            io: Vec::new(),
            compacted: Compacted::default(),
        })
    }

    /// Ends the compaction, done or not, and gives the map back, empty: a large one gives its memory back.
    pub fn into_map(mut self) -> OffsetMap {
        self.give_up();
        self.map.clear();
        std::mem::replace(&mut self.map, OffsetMap::new(0, (0, 0)))
    }

    /// Reads on, about `budget` bytes. After an error or [`Step::Done`] nothing more happens.
    pub fn step(&mut self, budget: u32) -> Result<Step, CompactionError> {
        let stepped = match &self.state {
            State::Mapping { place, position } => {
                let (place, position) = (*place, *position);
                self.map_step(place, position, budget)
            }
            State::Copying(_) => self.copy_step(budget),
            State::Done => Ok(Step::Done(self.compacted)),
        };
        if stepped.is_err() {
            self.give_up();
        }
        stepped
    }

    fn map_step(&mut self, place: usize, from: u32, budget: u32) -> Result<Step, CompactionError> {
        let Some(segment) = self.segments.get(place).cloned() else { return self.begin_copying() };
        let size = segment.size();
        let next = self.segments.get(place + 1).map_or(self.first_uncleanable, |next| next.base);
        let file = segment.file(&self.log.files).map_err(reading)?;
        let mut walk = BatchWalk::with_buffer(&*file, from, size, std::mem::take(&mut self.io));
        let mut is_full = false;
        while walk.position() - from < budget {
            let Some((at, bytes)) = walk.next().map_err(reading)? else { break };
            let noted =
                note(&at, bytes, self.first_dirty, &mut self.map, &mut self.transactions, &mut self.buffers);
            is_full = !noted.map_err(|error| unreadable(&segment, &at, &error))?;
            if is_full {
                break;
            }
            if at.last_offset >= self.first_dirty {
                self.map.read_up_to(at.last_offset);
            }
        }
        let (position, read) = (walk.position(), walk.bytes_read());
        self.io = walk.into_buffer();
        let worked = Step::Worked { bytes: read, doomed: Vec::new() };
        if is_full {
            self.compacted.is_partial = true;
            self.begin_copying()?;
            return Ok(worked);
        }
        if position < size && position - from < budget {
            return Err(no_batch(&segment, position));
        }
        self.state = if position < size {
            State::Mapping { place, position }
        } else {
            // Offsets between two segments that no batch has are read as well.
            self.map.read_up_to(next - 1);
            State::Mapping { place: place + 1, position: 0 }
        };
        Ok(worked)
    }

    /// The map is complete, or full.
    fn begin_copying(&mut self) -> Result<Step, CompactionError> {
        let end = self.map.latest() + 1;
        if end <= self.first_dirty {
            return Err(CompactionError::MapTooSmall { keys: self.map.len() });
        }
        self.compacted.end = Offset(end);
        self.compacted.keys = self.map.len() as u64;
        self.transactions = Transactions::default();
        let sources = self.segments.partition_point(|segment| segment.base < end);
        let groups = self.group(&self.segments[..sources]);
        self.state = State::Copying(Box::new(Copying {
            groups,
            place: 0,
            position: 0,
            output: None,
            producers: BTreeMap::new(),
        }));
        Ok(Step::Worked { bytes: 0, doomed: Vec::new() })
    }

    /// Neighbours that fit into one segment together, by the sizes they have now. The first group comes last.
    fn group(&self, sources: &[Arc<Segment>]) -> Vec<Vec<Arc<Segment>>> {
        let config = self.log.config();
        let bytes_max = i64::from(config.segment_bytes);
        let index_max = i64::from(config.segment_index_bytes);
        let mut groups: Vec<Vec<Arc<Segment>>> = Vec::new();
        let (mut bytes, mut offset_rows, mut time_rows) = (0, 0, 0);
        for (place, segment) in sources.iter().enumerate() {
            let size = i64::from(segment.size());
            let rows = (i64::from(segment.offsets.len()) * 8, i64::from(segment.times.len()) * 12);
            let end = sources.get(place + 1).map_or(self.first_uncleanable, |next| next.base);
            let fits = groups.last().and_then(|group| group.first()).is_some_and(|first| {
                bytes + size <= bytes_max
                    && offset_rows + rows.0 <= index_max
                    && time_rows + rows.1 <= index_max
                    && end - 1 - first.base <= i64::from(i32::MAX)
            });
            match groups.last_mut() {
                Some(group) if fits => {
                    group.push(Arc::clone(segment));
                    (bytes, offset_rows, time_rows) =
                        (bytes + size, offset_rows + rows.0, time_rows + rows.1);
                }
                _ => {
                    groups.push(vec![Arc::clone(segment)]);
                    (bytes, offset_rows, time_rows) = (size, rows.0, rows.1);
                }
            }
        }
        groups.reverse();
        groups
    }

    fn copy_step(&mut self, budget: u32) -> Result<Step, CompactionError> {
        let State::Copying(copying) = &mut self.state else { return Ok(Step::Done(self.compacted)) };
        let Some(group) = copying.groups.last() else {
            self.state = State::Done;
            return Ok(Step::Done(self.compacted));
        };
        let Some(segment) = group.get(copying.place).cloned() else { return self.swap() };
        let files = &self.log.files;
        let config = self.log.config();
        if copying.output.is_none() {
            let base = group.first().map_or(segment.base, |first| first.base);
            copying.output = Some(Output::begin(files, base, config.index_interval_bytes).map_err(writing)?);
        }
        let Some(output) = &mut copying.output else { return Err(CompactionError::Overtaken) };
        if copying.position == 0 {
            let rows =
                aborted(&self.log, segment.base, next_base(&self.segments, &segment, self.first_uncleanable));
            self.transactions.expect(rows?);
            copying.producers = self.log.last_records();
        }
        let modified_ms =
            files.disk.stat(&files.path(segment.base, files::LOG)).map_err(reading)?.modified_ms;
        let times = Times {
            now_ms: self.now_ms,
            delete_retention_ms: config.delete_retention_ms,
            keeps_legacy_tombstones: modified_ms > self.legacy_horizon_ms,
        };
        let (size, from) = (segment.size(), copying.position);
        let file = segment.file(files).map_err(reading)?;
        let mut walk = BatchWalk::with_buffer(&*file, from, size, std::mem::take(&mut self.io));
        let before = output.size();
        while walk.position() - from < budget {
            let Some((at, bytes)) = walk.next().map_err(reading)? else { break };
            let bad = |error: BatchError| unreadable(&segment, &at, &error);
            let kept = if magic(bytes) < MAGIC_V2 {
                let message = LegacyMessage::parse(bytes).map_err(bad)?;
                message.verify_crc().map_err(bad)?;
                let kept = filter_legacy(&message, &self.map, &times, &mut self.buffers).map_err(bad)?;
                (kept, message.max_timestamp())
            } else {
                let batch = BatchView::parse(bytes).map_err(bad)?;
                batch.verify_crc().map_err(bad)?;
                let judgement = judge(
                    &batch,
                    &mut self.transactions,
                    &copying.producers,
                    output,
                    (self.now_ms, self.first_uncleanable),
                );
                let kept = filter(&batch, &judgement, &self.map, &times, &mut self.buffers).map_err(bad)?;
                (kept, batch.max_timestamp())
            };
            let pushed = match &kept {
                (Kept::Nothing, _) => Ok(true),
                (Kept::Whole, max_timestamp) => output.push(bytes, at.last_offset, *max_timestamp),
                (Kept::Anew(anew), _) => output.push(anew, at.last_offset, max_timestamp_of(anew)),
            };
            if !pushed.map_err(writing)? {
                let why = "the compacted segment would be too large".into();
                let (base_offset, position) = (Offset(segment.base), at.position);
                return Err(CompactionError::Unreadable { base_offset, position, why });
            }
        }
        let (position, read) = (walk.position(), walk.bytes_read());
        self.io = walk.into_buffer();
        let bytes = read + u64::from(output.size() - before);
        if position >= size {
            self.compacted.bytes_before += u64::from(size);
            self.compacted.segments_before += 1;
            (copying.place, copying.position) = (copying.place + 1, 0);
        } else if position - from < budget {
            return Err(no_batch(&segment, position));
        } else {
            copying.position = position;
        }
        Ok(Step::Worked { bytes, doomed: Vec::new() })
    }

    /// The group at hand is copied: its output takes its place.
    fn swap(&mut self) -> Result<Step, CompactionError> {
        let State::Copying(copying) = &mut self.state else { return Ok(Step::Done(self.compacted)) };
        let (Some(sources), Some(output)) = (copying.groups.pop(), copying.output.take()) else {
            return Err(CompactionError::Overtaken);
        };
        copying.place = 0;
        let size = u64::from(output.size());
        let files = &self.log.files;
        let newest = sources.last().map_or(0, |newest| newest.base);
        let modified_ms = files.disk.stat(&files.path(newest, files::LOG)).map_err(reading)?.modified_ms;
        let incarnation = sources.iter().map(|source| source.incarnation).max().unwrap_or(0).wrapping_add(1);
        let finished = output.finish(files, modified_ms, incarnation).map_err(writing)?;
        let doomed = self.log.swap_in(&sources, finished)?;
        self.compacted.segments_after += 1;
        self.compacted.bytes_after += size;
        Ok(Step::Worked { bytes: 0, doomed })
    }

    fn give_up(&mut self) {
        if let State::Copying(copying) = std::mem::replace(&mut self.state, State::Done)
            && let Some(output) = copying.output
        {
            output.give_up(&self.log.files);
        }
    }
}

impl Drop for Compaction {
    fn drop(&mut self) {
        self.give_up();
    }
}

/// What is known before the first step.
fn prepare(
    log: &Arc<PartitionLog>,
    segments: &[Arc<Segment>],
    first_dirty: i64,
    first_uncleanable: i64,
) -> Result<(Transactions, i64, State), CompactionError> {
    let mut transactions = Transactions::default();
    transactions.expect(aborted(log, first_dirty, first_uncleanable)?);
    let clean = segments.partition_point(|segment| segment.base < first_dirty);
    let legacy_horizon_ms = match clean.checked_sub(1).map(|newest| &segments[newest]) {
        Some(newest) => {
            let path = log.files.path(newest.base, files::LOG);
            let modified_ms = log.files.disk.stat(&path).map_err(reading)?.modified_ms;
            modified_ms.saturating_sub(log.config().delete_retention_ms)
        }
        None => 0,
    };
    let dirty = between(segments, first_dirty, first_uncleanable);
    let place = segments.len() - dirty.len();
    let position = match dirty.first() {
        Some(first) if first.base < first_dirty && first.size() > 0 => {
            first.position_of(&log.files, first_dirty, first.size()).map_err(|error| of_read(first, error))?
        }
        _ => 0,
    };
    Ok((transactions, legacy_horizon_ms, State::Mapping { place, position }))
}

/// Notes the keys of one batch in the map. False: it is full.
fn note(
    at: &BatchAt,
    bytes: &[u8],
    first_dirty: i64,
    map: &mut OffsetMap,
    transactions: &mut Transactions,
    buffers: &mut Buffers,
) -> Result<bool, BatchError> {
    let limits = Limits::default();
    let mut put = |key: Option<&[u8]>, offset: i64| match key {
        Some(key) if offset >= first_dirty => map.put(key, offset),
        _ => true,
    };
    if magic(bytes) < MAGIC_V2 {
        let message = LegacyMessage::parse(bytes)?;
        message.verify_crc()?;
        let (mut scratch, mut inner) = (Scratch::new(), Vec::new());
        for record in message.records(&limits, &mut scratch, &mut inner)? {
            let record = record?;
            if !put(record.key, record.offset.0) {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let batch = BatchView::parse(bytes)?;
    batch.verify_crc()?;
    if batch.is_control() {
        transactions.control(&batch);
        return Ok(true);
    }
    // Of an aborted transaction nothing counts.
    if transactions.batch(&batch) || at.last_offset < first_dirty {
        return Ok(true);
    }
    let Buffers { scratch, records } = buffers;
    for record in RecordIter::new(&batch, &limits, scratch, records)? {
        let record = record?;
        if !put(record.key, record.offset.0) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What the log around it means for a batch.
fn judge(
    batch: &BatchView<'_>,
    transactions: &mut Transactions,
    producers: &BTreeMap<i64, (Option<i64>, i16)>,
    output: &mut Output,
    (now_ms, round_end): (i64, i64),
) -> Judgement {
    let last_offset = batch.last_offset().0;
    let mut judgement = Judgement { discards_records: false, stays_empty: false, is_idle_marker: false };
    if batch.is_control() {
        let met = transactions.control(batch);
        met.kept_row.into_iter().for_each(|row| output.push_aborted(row));
        judgement.is_idle_marker = met.ends_nothing;
        let is_past = batch.delete_horizon_ms().is_some_and(|horizon| horizon <= now_ms);
        judgement.discards_records = met.ends_nothing && is_past;
    } else {
        judgement.discards_records = transactions.batch(batch);
    }
    // The last sequence of a producer, or its last epoch where the marker is all that is left of it.
    let holds_producer = producers.get(&batch.producer_id().0).is_some_and(|&(last, epoch)| match last {
        Some(last) => last == last_offset,
        None => batch.is_control() && batch.producer_epoch().0 == epoch,
    });
    judgement.stays_empty = batch.has_producer_id() && holds_producer || last_offset + 1 == round_end;
    judgement
}

/// Aborted transactions that overlap `[from, to)`.
fn aborted(log: &PartitionLog, from: i64, to: i64) -> Result<Vec<TxnRow>, CompactionError> {
    let segments = log.segments.load_full();
    let place = PartitionLog::segment_for(&segments, from);
    match log.aborted_rows(&segments[place..], from, to) {
        Ok(found) => Ok(found),
        Err(error) if is_gone(&error) => Err(CompactionError::Overtaken),
        Err(error) => Err(of_read(&segments[place], error)),
    }
}

fn next_base(segments: &[Arc<Segment>], of: &Arc<Segment>, end: i64) -> i64 {
    let place = segments.partition_point(|segment| segment.base <= of.base);
    segments.get(place).map_or(end, |next| next.base)
}

fn magic(bytes: &[u8]) -> i8 {
    bytes.get(16).map_or(-1, |&magic| magic as i8)
}

fn max_timestamp_of(anew: &[u8]) -> i64 {
    match BatchView::parse(anew) {
        Ok(batch) => batch.max_timestamp(),
        Err(_) => LegacyMessage::parse(anew).map_or(-1, |message| message.max_timestamp()),
    }
}

fn reading(error: io::Error) -> CompactionError {
    match error.kind() {
        // Taken away under our feet.
        io::ErrorKind::NotFound => CompactionError::Overtaken,
        _ => CompactionError::Read(error),
    }
}

fn writing(error: io::Error) -> CompactionError {
    match error.kind() {
        io::ErrorKind::NotFound => CompactionError::Overtaken,
        _ => CompactionError::Write(WriteFailed::new(error)),
    }
}

fn of_read(segment: &Segment, error: ReadError) -> CompactionError {
    match error {
        ReadError::Io(error) => reading(error),
        ReadError::OffsetOutOfRange => CompactionError::Overtaken,
        ReadError::Corrupt { position, .. } => no_batch(segment, position as u32),
    }
}

fn unreadable(segment: &Segment, at: &BatchAt, error: &BatchError) -> CompactionError {
    let (base_offset, position) = (Offset(segment.base), at.position);
    CompactionError::Unreadable { base_offset, position, why: error.to_string() }
}

fn no_batch(segment: &Segment, position: u32) -> CompactionError {
    let why = "no batch stands there".into();
    CompactionError::Unreadable { base_offset: Offset(segment.base), position, why }
}
