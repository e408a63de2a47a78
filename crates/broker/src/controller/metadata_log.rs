//! The files of `__cluster_metadata-0`: segments of batches, appended by one writer, read whole at start.
//!
//! Nobody reads it while it is written and nobody looks anything up in it, so it needs no index: Kafka builds
//! the ones it wants when it opens the directory. Bytes become durable in [`MetadataLog::sync`] only. Never
//! decides what is in a batch.

use std::fmt;
use std::io::{self, IoSlice};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thalweg_metadata::ReplayError;
use thalweg_model::Uuid;
use thalweg_platform::disk::WriteFailed;
use thalweg_platform::{Disk, EntryKind, File, Open};
use thalweg_records::{BatchError, BatchView, LOG_OVERHEAD};

use super::format::create_durable_dir;

/// Why the metadata log cannot be used.
#[derive(Debug)]
pub enum LogError {
    /// The disk failed.
    Io(PathBuf, io::Error),
    /// A batch cannot be read where nothing but whole batches may be.
    Damaged(PathBuf, u64, String),
    /// Segments do not follow each other, or the log does not reach back to the snapshot.
    Gap(PathBuf, String),
    /// A record cannot be applied.
    Replay(PathBuf, i64, ReplayError),
}

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Damaged(path, position, why) => {
                write!(f, "{} is damaged at byte {position}: {why}", path.display())
            }
            Self::Gap(path, why) => write!(f, "{}: {why}", path.display()),
            Self::Replay(path, offset, error) => {
                write!(f, "{}, batch at offset {offset}: {error}", path.display())
            }
        }
    }
}

impl std::error::Error for LogError {}

impl LogError {
    /// Whether only space was wanting, so that the same may succeed later.
    pub fn is_want_of_space(&self) -> bool {
        use io::ErrorKind::{QuotaExceeded, StorageFull, WriteZero};
        matches!(self, Self::Io(_, error) if matches!(error.kind(), StorageFull | QuotaExceeded | WriteZero))
    }
}

/// The open log.
#[derive(Debug)]
pub struct MetadataLog {
    disk: Arc<dyn Disk>,
    directory: PathBuf,
    /// Oldest first; the last is written. Never empty.
    segments: Vec<Segment>,
    active: Arc<dyn File>,
    end_offset: i64,
    /// Blocks of the active segment are taken up to here.
    reserved: u64,
    /// Epochs and where they begin, oldest first: `leader-epoch-checkpoint`.
    epochs: Vec<(i32, i64)>,
}

#[derive(Debug)]
struct Segment {
    base_offset: i64,
    size: u64,
    /// Timestamp of its first batch; rolls by time count from it.
    first_timestamp: Option<i64>,
}

/// What is known of the log before it is read.
#[derive(Debug)]
pub struct Known {
    /// Where the newest snapshot ends; 0 without one.
    pub from: i64,
    /// The last process stopped cleanly.
    pub was_clean: bool,
    /// A topic's partition: its topic was on disk in this log before the partition was made.
    pub witness: Option<PathBuf>,
}

impl MetadataLog {
    /// Makes the directory's files where there are none, reads every batch from the snapshot's end on and hands it
    /// to `replay`. After a clean stop an unreadable tail is damage and refused; otherwise it is what a crash left of
    /// records nobody was promised, and cut off. A log of which nothing is left although there has been something is
    /// refused in any case.
    pub fn open(
        disk: Arc<dyn Disk>,
        directory: &Path,
        known: Known,
        mut replay: impl FnMut(&BatchView<'_>) -> Result<(), ReplayError>,
    ) -> Result<Self, LogError> {
        let Known { from, was_clean, witness } = known;
        let io = |error| LogError::Io(directory.to_owned(), error);
        let mut bases = match bases(&*disk, directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other.map_err(io)?,
        };
        let is_new = bases.is_empty();
        if is_new && (from > 0 || witness.is_some()) {
            let beside = witness.unwrap_or_else(|| directory.to_owned());
            let why = format!("its segments are missing, though {} is there", beside.display());
            return Err(LogError::Gap(directory.to_owned(), why));
        }
        if is_new {
            create_durable_dir(&*disk, directory).map_err(io)?;
            bases.push(from);
        }
        if bases[0] > from {
            let why = format!("it begins at offset {}, but offset {from} is needed", bases[0]);
            return Err(LogError::Gap(directory.to_owned(), why));
        }
        let mut end_offset = bases[0];
        let (mut segments, mut epochs) = (Vec::new(), Vec::<(i32, i64)>::new());
        let last = bases.len() - 1;
        let mut active = None;
        for (index, base_offset) in bases.into_iter().enumerate() {
            let path = segment_path(directory, base_offset);
            if base_offset != end_offset {
                return Err(LogError::Gap(
                    path,
                    format!("the segment before it ends at offset {end_offset}"),
                ));
            }
            let how = if is_new { Open::Create } else { Open::ReadWrite };
            let file = disk.open(&path, how).map_err(|error| LogError::Io(path.clone(), error))?;
            let mut segment = Segment { base_offset, size: 0, first_timestamp: None };
            let damage = read_segment(&*file, &path, |batch| {
                let offset = batch.base_offset().0;
                if offset < end_offset {
                    return Err(LogError::Gap(
                        path.clone(),
                        format!("offset {offset} stands after {end_offset}"),
                    ));
                }
                end_offset = batch.next_offset().0;
                segment.size += batch.total_size() as u64;
                segment.first_timestamp.get_or_insert(batch.max_timestamp());
                let epoch = batch.partition_leader_epoch().0;
                if epochs.last().is_none_or(|&(last, _)| epoch > last) {
                    epochs.push((epoch, offset));
                }
                if end_offset <= from {
                    return Ok(());
                }
                replay(batch).map_err(|error| LogError::Replay(path.clone(), offset, error))
            })?;
            if let Some(why) = damage {
                let is_all = end_offset == 0 && witness.is_some();
                if was_clean || index != last || is_all {
                    return Err(LogError::Damaged(path, segment.size, why));
                }
                tracing::warn!(event = "metadata_tail_cut", file = %path.display(), position = segment.size,
                    end_offset, reason = why, "the metadata log ended in a write that was not finished");
                file.set_len(segment.size).map_err(|error| LogError::Io(path.clone(), error))?;
                file.sync_data().map_err(|error| LogError::Io(path.clone(), error))?;
            }
            segments.push(segment);
            active = Some(file);
        }
        let Some(active) = active else {
            return Err(LogError::Gap(directory.to_owned(), "it has no segment".to_owned()));
        };
        if let Some(beside) = witness.filter(|_| end_offset == 0) {
            let why = format!("it is empty, though {} is there", beside.display());
            return Err(LogError::Gap(directory.to_owned(), why));
        }
        if end_offset < from {
            let why = format!("it ends at offset {end_offset}, before the snapshot's end {from}");
            return Err(LogError::Gap(directory.to_owned(), why));
        }
        let directory = directory.to_owned();
        let mut log = Self { disk, directory, segments, active, end_offset, reserved: 0, epochs };
        if is_new {
            log.make_partition_metadata().map_err(|error| LogError::Io(log.directory.clone(), error))?;
        }
        log.reserve();
        Ok(log)
    }

    /// The offset the next record gets.
    pub fn end_offset(&self) -> i64 {
        self.end_offset
    }

    /// The oldest offset there is.
    pub fn start_offset(&self) -> i64 {
        self.segments.first().map_or(self.end_offset, |segment| segment.base_offset)
    }

    /// Epoch of the last record; 0 in an empty log.
    pub fn last_epoch(&self) -> i32 {
        self.epochs.last().map_or(0, |&(epoch, _)| epoch)
    }

    /// Bytes of all segments.
    pub fn size(&self) -> u64 {
        self.segments.iter().map(|segment| segment.size).sum()
    }

    /// Appends whole batches that end before `end_offset`. After a failure the file is cut back to what it was;
    /// if even that fails, nothing may be appended any more.
    pub fn append(&mut self, batches: &[u8], end_offset: i64, now_ms: i64) -> Result<(), LogError> {
        let Some(segment) = self.segments.last_mut() else {
            return Err(LogError::Gap(self.directory.clone(), "it has no segment".to_owned()));
        };
        if let Err(WriteFailed { error, .. }) =
            self.active.write_all_at(&mut [IoSlice::new(batches)], segment.size)
        {
            let path = segment_path(&self.directory, segment.base_offset);
            self.reserved = 0;
            self.active.set_len(segment.size).map_err(|error| LogError::Io(path.clone(), error))?;
            return Err(LogError::Io(path, error));
        }
        segment.size += batches.len() as u64;
        segment.first_timestamp.get_or_insert(now_ms);
        self.end_offset = end_offset;
        self.reserve();
        Ok(())
    }

    /// Takes blocks ahead of the log's end, so that on a disk that others have filled topics can still be
    /// deleted and the broker can still be stopped. Without success there is no reserve, and nothing else is lost.
    fn reserve(&mut self) {
        let size = self.segments.last().map_or(0, |segment| segment.size);
        if size + RESERVE_BYTES / 2 > self.reserved && self.active.allocate(size, RESERVE_BYTES).is_ok() {
            self.reserved = size + RESERVE_BYTES;
        }
    }

    /// Makes everything appended durable. After an error nothing may be appended or synced any more.
    pub fn sync(&self) -> Result<(), LogError> {
        let base = self.segments.last().map_or(0, |segment| segment.base_offset);
        self.active.sync_data().map_err(|error| LogError::Io(segment_path(&self.directory, base), error))
    }

    /// A new epoch begins at the log's end: written down before its first record.
    pub fn begin_epoch(&mut self, epoch: i32) -> Result<(), LogError> {
        self.epochs.push((epoch, self.end_offset));
        self.write_epochs()
    }

    /// Goes on in a new segment when the last one is too large or too old.
    pub fn roll_if_due(&mut self, bytes_max: u64, age_max_ms: i64, now_ms: i64) -> Result<(), LogError> {
        let Some(segment) = self.segments.last() else { return Ok(()) };
        let old = segment.first_timestamp.is_some_and(|first| now_ms.saturating_sub(first) > age_max_ms);
        if segment.size == 0 || (segment.size < bytes_max && !old) {
            return Ok(());
        }
        self.sync()?;
        let path = segment_path(&self.directory, self.end_offset);
        let io = |error| LogError::Io(path.clone(), error);
        // Gives the reserve back.
        self.active.set_len(segment.size).map_err(io)?;
        self.active = self.disk.open(&path, Open::Truncate).map_err(io)?;
        self.disk.sync_dir(&self.directory).map_err(io)?;
        self.segments.push(Segment { base_offset: self.end_offset, size: 0, first_timestamp: None });
        self.reserved = 0;
        self.reserve();
        Ok(())
    }

    /// Removes segments that hold nothing at or above this offset. The one being written stays.
    pub fn delete_before(&mut self, offset: i64) -> Result<(), LogError> {
        let mut removed = false;
        while let [first, second, ..] = self.segments.as_slice()
            && second.base_offset <= offset
        {
            // Kafka's names: files that only Kafka has made may be missing.
            for suffix in ["log", "index", "timeindex", "txnindex", "snapshot"] {
                let path = self.directory.join(format!("{:020}.{suffix}", first.base_offset));
                match self.disk.remove_file(&path) {
                    Ok(()) => {}
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(LogError::Io(path, error)),
                }
            }
            self.segments.remove(0);
            removed = true;
        }
        if removed {
            self.disk
                .sync_dir(&self.directory)
                .map_err(|error| LogError::Io(self.directory.clone(), error))?;
            let start = self.start_offset();
            // The epoch that holds the log's start now begins there.
            let begun = self.epochs.iter().rposition(|&(_, first)| first <= start).unwrap_or(0);
            self.epochs.drain(..begun);
            if let Some(first) = self.epochs.first_mut() {
                first.1 = first.1.max(start);
            }
            self.write_epochs()?;
        }
        Ok(())
    }

    fn write_epochs(&self) -> Result<(), LogError> {
        let mut text = format!("0\n{}\n", self.epochs.len());
        for (epoch, offset) in &self.epochs {
            text.push_str(&format!("{epoch} {offset}\n"));
        }
        let path = self.directory.join("leader-epoch-checkpoint");
        self.disk.replace(&path, text.as_bytes()).map_err(|error| LogError::Io(path.clone(), error))
    }

    fn make_partition_metadata(&self) -> io::Result<()> {
        let text = format!("version: 0\ntopic_id: {}", Uuid::ONE);
        self.disk.replace(&self.directory.join("partition.metadata"), text.as_bytes())
    }
}

fn segment_path(directory: &Path, base_offset: i64) -> PathBuf {
    directory.join(format!("{base_offset:020}.log"))
}

/// Base offsets of the segments, ascending.
fn bases(disk: &dyn Disk, directory: &Path) -> io::Result<Vec<i64>> {
    let mut bases: Vec<i64> = Vec::new();
    for entry in disk.list(directory)? {
        if entry.kind == EntryKind::File
            && let Some(digits) = entry.name.strip_suffix(".log")
            && digits.len() == 20
            && let Ok(base) = digits.parse()
        {
            bases.push(base);
        }
    }
    bases.sort_unstable();
    Ok(bases)
}

/// Hands every whole batch of a segment to `visit`; says what is wrong with the bytes behind the last one.
fn read_segment(
    file: &dyn File,
    path: &Path,
    mut visit: impl FnMut(&BatchView<'_>) -> Result<(), LogError>,
) -> Result<Option<String>, LogError> {
    let io = |error| LogError::Io(path.to_owned(), error);
    let length = file.len().map_err(io)?;
    let mut buffer = vec![0; READ_BYTES.min(usize::try_from(length).unwrap_or(READ_BYTES))];
    let (mut position, mut filled) = (0u64, 0usize);
    loop {
        // `position` is where `buffer` begins in the file.
        let left = usize::try_from(length - position).unwrap_or(usize::MAX) - filled;
        let wanted = left.min(buffer.len() - filled);
        file.read_exact_at(&mut buffer[filled..filled + wanted], position + filled as u64).map_err(io)?;
        filled += wanted;
        let mut at = 0;
        loop {
            let rest = &buffer[at..filled];
            if rest.is_empty() {
                break;
            }
            let batch = match BatchView::parse(rest) {
                Ok(batch) => batch,
                Err(BatchError::Truncated { needed, .. }) if position + (at + needed) as u64 <= length => {
                    // It goes on behind the buffer.
                    if needed > buffer.len() {
                        buffer.resize(needed.max(LOG_OVERHEAD), 0);
                    }
                    break;
                }
                Err(error) => return Ok(Some(error.to_string())),
            };
            if let Err(error) = batch.verify_crc() {
                return Ok(Some(error.to_string()));
            }
            visit(&batch)?;
            at += batch.total_size();
        }
        if position + filled as u64 == length && at == filled {
            return Ok(None);
        }
        buffer.copy_within(at..filled, 0);
        position += at as u64;
        filled -= at;
    }
}

/// Blocks kept ahead of the log's end: some ten thousand records.
const RESERVE_BYTES: u64 = 1 << 20;
/// Bytes read at once.
const READ_BYTES: usize = 1 << 20;
