//! What the files of a partition say. After a clean stop (`trust`) file sizes and last rows are enough. After
//! an unclean one (`recover`) every batch past the recovery point is read: CRC, length, order; indexes, epochs
//! and producer state are made anew from them. The first bad batch ends the log: file length proves nothing,
//! good data may lie behind a hole. What is cut or renamed away here is durably gone before anything can be appended:
//! else the next crash would bring it back, behind new records and under their offsets.

use std::sync::Arc;

use thalweg_config::TopicConfig;
use thalweg_model::Now;
use thalweg_records::{BatchView, LegacyMessage, MAGIC_V2};

use crate::epochs::EpochCache;
use crate::files::{self, Files};
use crate::index::{Index, OffsetRow, Row, TimeRow, TxnRow};
use crate::open::{at, doom};
use crate::producers::Producers;
use crate::request::{OpenError, OpenReport};
use crate::roll::remove_if_there;
use crate::scan::{BatchAt, BatchWalk, HeaderWalk};
use crate::segment::Segment;
use crate::snapshot;

/// Largest snapshot that is read: ten million producers.
const SNAPSHOT_LIMIT: u64 = 512 << 20;

/// What is known while opening, and grows.
pub(crate) struct Known<'a> {
    pub files: &'a Files,
    pub config: &'a TopicConfig,
    pub now: Now,
    pub epochs: EpochCache,
    pub producers: Producers,
    pub report: &'a mut OpenReport,
}

/// The log as found.
pub(crate) struct Recovered {
    pub segments: Vec<Arc<Segment>>,
    pub log_end: i64,
    /// Sealed segments that must be synced before the recovery point may pass them.
    pub unfinished: Vec<Arc<Segment>>,
    /// Producer snapshots at the starts of recovered segments, to be written once those are durable.
    pub snapshots: Vec<(i64, Vec<u8>)>,
    /// Bytes of the active segment behind its last offset index row.
    pub bytes_since_index: u32,
}

/// Takes a cleanly stopped log at its word. `None`: its end does not bear that out.
pub(crate) fn trust(
    known: &mut Known<'_>,
    logs: &[(i64, u32)],
    snapshots: &[i64],
) -> Result<Option<Recovered>, OpenError> {
    let mut segments = Vec::with_capacity(logs.len());
    let mut end = None;
    for (place, &(base, size)) in logs.iter().enumerate() {
        let next = logs.get(place + 1).map(|&(next, _)| next);
        let segment = trusted_segment(known, base, size, next)?;
        if next.is_none() {
            match clean_end(known, &segment)? {
                Some(found) => end = Some(found),
                None => return Ok(None),
            }
        }
        segments.push(Arc::new(segment));
    }
    let Some((log_end, bytes_since_index)) = end else { return Ok(None) };
    load_producers(known, &segments, snapshots, log_end)?;
    Ok(Some(Recovered {
        segments,
        log_end,
        unfinished: Vec::new(),
        snapshots: Vec::new(),
        bytes_since_index,
    }))
}

/// A segment below the recovery point, or of a clean log. Its indexes are believed if they fit its size; else
/// they are made anew.
fn trusted_segment(
    known: &mut Known<'_>,
    base: i64,
    size: u32,
    next: Option<i64>,
) -> Result<Segment, OpenError> {
    let files = known.files;
    let offsets = stored_rows::<OffsetRow>(files, base)?;
    let times = stored_rows::<TimeRow>(files, base)?;
    let aborted = stored_rows::<TxnRow>(files, base)?;
    if size == 0 && (offsets, times) == (Stored::Absent, Stored::Absent) {
        return Ok(Segment::empty(base, None, known.now.wall_ms));
    }
    let (Stored::Rows(offset_rows), Stored::Rows(time_rows)) = (offsets, times) else {
        return rebuilt(known, base, size);
    };
    let aborted_rows = match aborted {
        Stored::Rows(rows) => rows,
        // Made with the first aborted transaction.
        Stored::Absent => 0,
        Stored::Broken => return rebuilt(known, base, size),
    };
    let counts = [offset_rows, time_rows, aborted_rows];
    let segment = Segment::existing(base, size, counts, (-1, base), known.now.wall_ms, None);
    let fits = |offset: i64| offset >= base && next.is_none_or(|next| offset < next);
    let io = |error| OpenError::Io(files.path(base, files::OFFSET_INDEX), error);
    let last_offset = segment.offsets.view(files, base).last().map_err(io)?;
    let last_time = segment.times.view(files, base).last().map_err(io)?;
    let good = last_offset.is_none_or(|row| fits(row.offset) && row.position < size)
        && last_time.is_none_or(|row| fits(row.offset) && row.timestamp >= 0);
    if !good {
        return rebuilt(known, base, size);
    }
    if let Some(row) = last_time {
        segment.set_max_timestamp(row.timestamp, row.offset);
    }
    Ok(segment)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stored {
    Absent,
    /// Its length is no number of rows.
    Broken,
    Rows(u32),
}

fn stored_rows<R: Row>(files: &Files, base: i64) -> Result<Stored, OpenError> {
    let path = files.path(base, R::SUFFIX);
    match files.disk.stat(&path) {
        Ok(stat) => {
            let rows =
                u32::try_from(stat.len / R::BYTES as u64).ok().filter(|_| stat.len % R::BYTES as u64 == 0);
            Ok(rows.map_or(Stored::Broken, Stored::Rows))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Stored::Absent),
        Err(error) => Err(OpenError::Io(path, error)),
    }
}

/// A segment whose bytes are durable but whose indexes are not there: made anew from the batches.
fn rebuilt(known: &mut Known<'_>, base: i64, size: u32) -> Result<Segment, OpenError> {
    // Transactions that began before this segment are in the snapshot taken at its start.
    let mut scratch = read_snapshot(known.files, base).unwrap_or_default();
    let scanned =
        scan_segment(known, base, size, base, &mut Replay { producers: &mut scratch, epochs: None });
    if scanned.is_err() {
        // Half an index must not be believed by the next attempt; what is not there is made anew.
        for suffix in [files::TIME_INDEX, files::OFFSET_INDEX] {
            drop(remove_if_there(known.files, &known.files.path(base, suffix)));
        }
    }
    let (segment, scan) = scanned?;
    if scan.end < size {
        let why = format!(
            "no good batch at byte {} of {size}, though the recovery point lies behind it; nothing was changed",
            scan.end
        );
        return Err(OpenError::Unreadable(known.files.path(base, files::LOG), why));
    }
    known.report.rebuilt_segments += 1;
    // No flush will come by here: the recovery point lies behind it, so whoever finds these files believes them.
    let synced = segment
        .offsets
        .sync(known.files, base)
        .and_then(|()| segment.times.sync(known.files, base))
        .and_then(
            |()| if segment.aborted.len() > 0 { segment.aborted.sync(known.files, base) } else { Ok(()) },
        )
        .and_then(|()| known.files.disk.sync_dir(&known.files.dir()));
    synced.map_err(OpenError::at(&known.files.path(base, files::OFFSET_INDEX)))?;
    Ok(segment)
}

/// The log's end by the headers behind the last index row.
fn clean_end(known: &Known<'_>, segment: &Segment) -> Result<Option<(i64, u32)>, OpenError> {
    if segment.size() == 0 {
        return Ok(Some((segment.base, 0)));
    }
    let path = known.files.path(segment.base, files::LOG);
    let read = || {
        let row = segment.offsets.view(known.files, segment.base).last()?;
        let from = row.map_or(0, |row| row.position);
        let file = segment.file(known.files)?;
        let mut walk = HeaderWalk::new(&*file, from, segment.size());
        let mut last = None;
        while let Some(batch) = walk.next()? {
            last = Some(batch.last_offset + 1);
        }
        Ok(last.filter(|_| walk.position() == segment.size()).map(|end| (end, segment.size() - from)))
    };
    read().map_err(OpenError::at(&path))
}

/// Producer state at `until`: the newest readable snapshot not above it, and the batches from there on.
fn load_producers(
    known: &mut Known<'_>,
    segments: &[Arc<Segment>],
    snapshots: &[i64],
    until: i64,
) -> Result<(), OpenError> {
    let mut from = segments.first().map_or(until, |segment| segment.base);
    known.producers = Producers::default();
    for &offset in snapshots.iter().rev().filter(|&&offset| offset <= until) {
        if let Some(producers) = read_snapshot(known.files, offset) {
            (known.producers, from) = (producers, from.max(offset));
            break;
        }
    }
    for (place, segment) in segments.iter().enumerate() {
        let is_before = segments.get(place + 1).is_some_and(|next| next.base <= from);
        if is_before || segment.base >= until || from >= until || segment.size() == 0 {
            continue;
        }
        let path = known.files.path(segment.base, files::LOG);
        let file = segment.file(known.files).map_err(OpenError::at(&path))?;
        let start = segment
            .position_of(known.files, from, segment.size())
            .map_err(|error| OpenError::Unreadable(path.clone(), error.to_string()))?;
        let mut walk = BatchWalk::new(&*file, start, segment.size());
        while let Some((at, bytes)) = walk.next().map_err(OpenError::at(&path))? {
            if at.base_offset >= until {
                break;
            }
            if let Ok(view) = BatchView::parse(bytes) {
                known.producers.apply(&view, false);
            }
        }
        known.report.scanned_bytes += walk.bytes_read();
    }
    Ok(())
}

/// Checks every batch of every segment that reaches past the recovery point.
pub(crate) fn recover(
    known: &mut Known<'_>,
    logs: &[(i64, u32)],
    snapshots: &[i64],
    recovery_point: i64,
) -> Result<Recovered, OpenError> {
    // A recovery point at a segment's very start may stem from a flush before the roll that made it, when the
    // indexes before it were not complete; the snapshot at that place is written after they are durable.
    let is_below = |place: usize| {
        logs.get(place + 1).is_some_and(|&(next, _)| {
            next < recovery_point || next == recovery_point && read_snapshot(known.files, next).is_some()
        })
    };
    let trusted = (0..logs.len()).take_while(|&place| is_below(place)).count();
    let mut segments = Vec::with_capacity(logs.len());
    for place in 0..trusted {
        let (base, size) = logs[place];
        let next = logs.get(place + 1).map(|&(next, _)| next);
        segments.push(Arc::new(trusted_segment(known, base, size, next)?));
    }
    let first = logs[trusted].0;
    known.epochs.truncate_from_end(first);
    load_producers(known, &segments, snapshots, first)?;
    let mut has_renamed = false;
    for &offset in snapshots.iter().filter(|&&offset| offset > first) {
        // Written for a log that may no longer end there.
        let path = known.files.path(offset, files::SNAPSHOT);
        remove_if_there(known.files, &path).map_err(OpenError::at(&path))?;
        has_renamed = true;
    }
    let (mut unfinished, mut taken) = (Vec::new(), Vec::new());
    let mut expected = first;
    let mut bytes_since_index = 0;
    let mut cut = None;
    // Where compaction has been, offsets are missing between batches, and so they may be between segments.
    let mut has_gaps = known.config.cleanup_policy.compact;
    for (place, &(base, size)) in logs.iter().enumerate().skip(trusted) {
        let is_torn_off = base > expected && !has_gaps;
        if cut.is_some() || base < expected || is_torn_off {
            // Behind a cut, overlapping what comes before, or behind whole batches that a power cut took together with
            // their length: not part of this log.
            drop_from(known, &logs[place..], &mut cut, expected)?;
            has_renamed = true;
            break;
        }
        if place > trusted {
            taken.push((base, snapshot::encode(&known.producers)));
        }
        let mut producers = std::mem::take(&mut known.producers);
        let mut epochs = std::mem::take(&mut known.epochs);
        let mut replay = Replay { producers: &mut producers, epochs: Some(&mut epochs) };
        let scanned = scan_segment(known, base, size, base, &mut replay);
        (known.producers, known.epochs) = (producers, epochs);
        let (segment, scan) = scanned?;
        (expected, bytes_since_index) = (scan.next_offset, scan.bytes_since_index);
        has_gaps |= scan.has_gaps;
        if scan.end < size {
            let path = known.files.path(base, files::LOG);
            let file = segment.file(known.files).map_err(OpenError::at(&path))?;
            file.set_len(u64::from(scan.end)).map_err(OpenError::at(&path))?;
            file.sync_data().map_err(OpenError::at(&path))?;
            cut = Some((expected, u64::from(size - scan.end)));
        }
        if size > 0 {
            known.report.rebuilt_segments += 1;
        }
        let segment = Arc::new(segment);
        segments.push(Arc::clone(&segment));
        unfinished.push(segment);
    }
    if has_renamed {
        let dir = known.files.dir();
        known.files.disk.sync_dir(&dir).map_err(OpenError::at(&dir))?;
    }
    known.report.truncated = cut.map(|(offset, bytes)| (at(offset), bytes));
    // The last one is the active segment: flushed with every flush.
    unfinished.pop();
    Ok(Recovered { segments, log_end: expected, unfinished, snapshots: taken, bytes_since_index })
}

/// Renames segments out of the log.
fn drop_from(
    known: &mut Known<'_>,
    logs: &[(i64, u32)],
    cut: &mut Option<(i64, u64)>,
    log_end: i64,
) -> Result<(), OpenError> {
    let mut dropped = cut.map_or(0, |(_, bytes)| bytes);
    for &(base, size) in logs {
        let segment = Segment::empty(base, None, known.now.wall_ms);
        let doomed = doom(known.files, &segment).map_err(OpenError::at(&known.files.dir()))?;
        dropped += u64::from(size);
        known.report.doomed.push(doomed);
    }
    *cut = Some((log_end, dropped));
    Ok(())
}

/// A whole snapshot, or none.
fn read_snapshot(place: &Files, offset: i64) -> Option<Producers> {
    let bytes = place.disk.read(&place.path(offset, files::SNAPSHOT), SNAPSHOT_LIMIT).ok()?;
    snapshot::decode(&bytes)
}

/// What batches are replayed into.
struct Replay<'a> {
    producers: &'a mut Producers,
    epochs: Option<&'a mut EpochCache>,
}

/// Where a scan ended.
struct Scan {
    /// Bytes that are good.
    end: u32,
    next_offset: i64,
    bytes_since_index: u32,
    /// Offsets are missing between two batches.
    has_gaps: bool,
}

/// Reads and checks every batch of a segment, and makes its indexes anew.
fn scan_segment(
    known: &mut Known<'_>,
    base: i64,
    size: u32,
    expected: i64,
    replay: &mut Replay<'_>,
) -> Result<(Segment, Scan), OpenError> {
    let segment = Segment::existing(base, size, [0; 3], (-1, base), known.now.wall_ms, None);
    let path = known.files.path(base, files::LOG);
    let mut expected = expected;
    let (mut end, mut last_row) = (0, 0);
    let mut has_gaps = false;
    let mut first_timestamp = None;
    if size > 0 {
        let file = segment.file(known.files).map_err(OpenError::at(&path))?;
        segment.offsets.reset(known.files, base).map_err(OpenError::at(&path))?;
        segment.times.reset(known.files, base).map_err(OpenError::at(&path))?;
        let txn = known.files.path(base, files::TXN_INDEX);
        remove_if_there(known.files, &txn).map_err(OpenError::at(&txn))?;
        let mut walk = BatchWalk::new(&*file, 0, size);
        let mut last_time = -1;
        while let Some((at, bytes)) = walk.next().map_err(OpenError::at(&path))? {
            let Some(max_timestamp) = check(&at, bytes, expected) else { break };
            if at.last_offset - base > i64::from(i32::MAX) {
                // A good batch: to end the log here would lose it.
                let why =
                    format!("offset {} is too far from the segment's base; nothing was cut", at.last_offset);
                return Err(OpenError::Unreadable(path, why));
            }
            first_timestamp.get_or_insert(max_timestamp);
            if max_timestamp > segment.max_timestamp().0 {
                segment.set_max_timestamp(max_timestamp, at.last_offset);
            }
            if i64::from(at.position - last_row) > i64::from(known.config.index_interval_bytes) {
                segment.offsets.push(OffsetRow { offset: at.last_offset, position: at.position });
                let (timestamp, offset) = segment.max_timestamp();
                if timestamp > last_time {
                    segment.times.push(TimeRow { timestamp, offset });
                    last_time = timestamp;
                }
                last_row = at.position;
            }
            if let Ok(view) = BatchView::parse(bytes) {
                if let Some(epochs) = &mut replay.epochs {
                    epochs.assign(view.partition_leader_epoch().0, at.base_offset);
                }
                if let Some(completed) = replay.producers.apply(&view, false)
                    && completed.is_aborted
                {
                    segment.aborted.push(completed.row);
                }
            }
            has_gaps |= at.base_offset > expected;
            (end, expected) = (at.end(), at.last_offset + 1);
        }
        known.report.scanned_bytes += walk.bytes_read();
        let (timestamp, offset) = segment.max_timestamp();
        if timestamp > last_time {
            segment.times.push(TimeRow { timestamp, offset });
        }
        let store = |index: std::io::Result<()>| index.map_err(OpenError::at(&path));
        store(store_rows(&segment.offsets, known.files, base))?;
        store(store_rows(&segment.times, known.files, base))?;
        store(store_rows(&segment.aborted, known.files, base))?;
    }
    segment.set_size(end);
    if let Some(timestamp) = first_timestamp {
        segment.set_first_timestamp(timestamp);
    }
    Ok((segment, Scan { end, next_offset: expected, bytes_since_index: end - last_row, has_gaps }))
}

fn store_rows<R: Row>(index: &Index<R>, files: &Files, base: i64) -> std::io::Result<()> {
    let count = index.store(files, base)?;
    if count > 0 {
        index.stored(count);
    }
    Ok(())
}

/// The batch's largest timestamp if the batch is good and in its place.
fn check(at: &BatchAt, bytes: &[u8], expected: i64) -> Option<i64> {
    if at.base_offset < expected {
        return None;
    }
    if bytes.get(16).copied()? as i8 >= MAGIC_V2 {
        let view = BatchView::parse(bytes).ok()?;
        view.verify_crc().ok()?;
        return Some(view.max_timestamp());
    }
    let message = LegacyMessage::parse(bytes).ok()?;
    message.verify_crc().ok()?;
    Some(message.max_timestamp())
}
