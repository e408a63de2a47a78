//! Making a partition's directory and opening one that exists. Decides what is believed: after a clean stop
//! everything, after an unclean one only what lies below the recovery point; the rest is read again by
//! `recover`. Deletes nothing on a doubt: what cannot be what its name says is an error, and left alone.

use std::collections::BTreeMap;
use std::io::{self, IoSlice};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32};

use arc_swap::ArcSwap;
use parking_lot::{Mutex, RwLock};
use thalweg_config::TopicConfig;
use thalweg_model::{Now, Offset, Uuid};
use thalweg_platform::{Disk, EntryKind, Open};

use crate::clean::{resume, split_overflowing};
use crate::ends::PublishedEnds;
use crate::epochs::EpochCache;
use crate::files::{self, Files, parse_file_name};
use crate::jitter;
use crate::log::{PartitionLog, Tail, Work};
use crate::producers::Producers;
use crate::recover::{Known, Recovered, recover, trust};
use crate::request::{Doomed, OpenError, OpenReport, Opening};
use crate::roll::{EPOCH_CHECKPOINT, PARTITION_METADATA, remove_if_there};
use crate::segment::Segment;

/// `partition.metadata` is two short lines.
const METADATA_LIMIT: u64 = 4096;
/// A million epochs.
const EPOCHS_LIMIT: u64 = 32 << 20;

impl PartitionLog {
    /// Makes the directory of a new partition, with the topic's id in it. Nothing is synced, and the other files
    /// come with the first append, diverted for it, so that ten thousand partitions are made in seconds. Disk
    /// thread or boot.
    pub fn create(
        disk: Arc<dyn Disk>,
        dir: &Path,
        topic_id: Uuid,
        config: Arc<TopicConfig>,
        now: Now,
    ) -> Result<Arc<Self>, OpenError> {
        disk.create_dir_all(dir).map_err(OpenError::at(dir))?;
        let path = dir.join(PARTITION_METADATA);
        let text = format!("version: 0\ntopic_id: {topic_id}");
        disk.open(&path, Open::Truncate)
            .and_then(|file| {
                let written = file.write_all_at(&mut [IoSlice::new(text.as_bytes())], 0);
                written.map_err(|failed| failed.error)
            })
            .map_err(OpenError::at(&path))?;
        let files = Files::new(disk, dir);
        let segment = Arc::new(Segment::empty(0, None, now.wall_ms));
        let mut tail = Tail::new(Arc::clone(&segment), 0, 0, 0);
        tail.is_laid = false;
        let parts = Parts {
            segments: vec![segment],
            epochs: EpochCache::default(),
            recovery_point: 0,
            tail,
            work: Work::default(),
        };
        Ok(Self::assemble(files, topic_id, config, parts))
    }

    /// Opens an existing directory. Disk threads and boot.
    pub fn open(
        disk: Arc<dyn Disk>,
        dir: &Path,
        config: Arc<TopicConfig>,
        opening: &Opening,
    ) -> Result<(Arc<Self>, OpenReport), OpenError> {
        let files = Files::new(disk, dir);
        let mut report = OpenReport::default();
        resume(&files, &mut report)?;
        let mut inventory = Inventory::take(&files, &mut report)?;
        if split_overflowing(&files, &inventory.logs, &mut report)? {
            report.doomed.clear();
            inventory = Inventory::take(&files, &mut report)?;
        }
        report.topic_id = read_topic_id(&files)?;
        let on_disk = read_epochs(&files)?;
        // Without a readable epoch checkpoint the batches must be asked.
        let is_trusted = opening.clean && on_disk.is_some();
        let recovery_point = match (is_trusted, &on_disk) {
            (true, _) => i64::MAX,
            (false, Some(_)) => opening.recovery_point.0,
            (false, None) => 0,
        };
        let mut known = Known {
            files: &files,
            config: &config,
            now: opening.now,
            epochs: on_disk.clone().unwrap_or_default(),
            producers: Producers::default(),
            report: &mut report,
        };
        let bases: Vec<(i64, u32)> = inventory.logs.iter().map(|(base, size)| (*base, *size)).collect();
        let recovered = if bases.is_empty() {
            None
        } else if is_trusted {
            match trust(&mut known, &bases, &inventory.snapshots)? {
                Some(recovered) => Some(recovered),
                // The end does not look like a clean one: check everything past the recovery point after all.
                None => Some(recover(&mut known, &bases, &inventory.snapshots, opening.recovery_point.0)?),
            }
        } else {
            Some(recover(&mut known, &bases, &inventory.snapshots, recovery_point)?)
        };
        let Known { mut epochs, producers, .. } = known;
        let first = recovered.as_ref().and_then(|recovered| recovered.segments.first()).map(|s| s.base);
        let log_start = opening.log_start_offset.map_or(0, |offset| offset.0).max(first.unwrap_or(0));
        let (parts, producers) = match recovered {
            Some(recovered) if recovered.log_end >= log_start => (recovered, producers),
            ahead => (restart_at(&files, log_start, ahead, opening.now, &mut report)?, Producers::default()),
        };
        let Recovered { segments, log_end, unfinished, snapshots, bytes_since_index } = parts;
        epochs.truncate_from_end(log_end);
        epochs.truncate_from_start(log_start);
        let high_watermark = opening.high_watermark.map_or(log_start, |offset| offset.0);
        let Some(active) = segments.last().cloned() else {
            return Err(OpenError::Unreadable(dir.to_owned(), "no segment".into()));
        };
        let mut tail =
            Tail::new(Arc::clone(&active), log_start, high_watermark.clamp(log_start, log_end), log_end);
        tail.is_laid = segments.len() > 1 || active.size() > 0;
        tail.bytes_since_index = bytes_since_index;
        tail.producers = producers;
        tail.producers.high_watermark_moved(tail.high_watermark);
        let last_row = active.times.view(&files, active.base).last();
        tail.last_time_row = last_row.map_err(OpenError::at(dir))?.map_or(-1, |row| row.timestamp);
        // −1 has the checkpoint written before the next append.
        tail.epoch_on_disk =
            if on_disk.as_ref() == Some(&epochs) { epochs.latest().unwrap_or(-1) } else { -1 };
        let recovery_point = if report.truncated.is_none() && opening.clean && unfinished.is_empty() {
            log_end
        } else {
            opening.recovery_point.0.min(log_end).max(0)
        };
        // Whoever made the names in it may have ended before they were durable.
        let is_dir_dirty = !opening.clean || !unfinished.is_empty();
        for segment in &segments {
            segment.close();
        }
        let work = Work { unfinished, snapshots, is_dir_dirty, ..Work::default() };
        let topic_id = report.topic_id.unwrap_or(Uuid::ZERO);
        let parts = Parts { segments, epochs, recovery_point, tail, work };
        Ok((Self::assemble(files, topic_id, config, parts), report))
    }

    fn assemble(files: Files, topic_id: Uuid, config: Arc<TopicConfig>, parts: Parts) -> Arc<Self> {
        let Parts { segments, epochs, recovery_point, mut tail, work } = parts;
        tail.jitter_seed = jitter::seed(topic_id, &files.dir());
        Arc::new(Self {
            files,
            topic_id,
            config: ArcSwap::new(config),
            ends: PublishedEnds::new(tail.snapshot()),
            segments: ArcSwap::new(Arc::new(segments)),
            epochs: RwLock::new(epochs),
            recovery_point: AtomicI64::new(recovery_point),
            generation: AtomicU32::new(0),
            tail: Mutex::new(tail),
            work: Mutex::new(work),
            syncing: Mutex::new(()),
        })
    }
}

struct Parts {
    segments: Vec<Arc<Segment>>,
    epochs: EpochCache,
    recovery_point: i64,
    tail: Tail,
    work: Work,
}

/// Nothing usable is there, or it all lies below the log's start: an empty segment at the start.
fn restart_at(
    files: &Files,
    log_start: i64,
    ahead: Option<Recovered>,
    now: Now,
    report: &mut OpenReport,
) -> Result<Recovered, OpenError> {
    let segments = ahead.map(|recovered| recovered.segments).unwrap_or_default();
    for segment in &segments {
        report.doomed.push(doom(files, segment).map_err(OpenError::at(&files.dir()))?);
    }
    if !segments.is_empty() {
        // Durably gone before anything is appended under their offsets.
        files.disk.sync_dir(&files.dir()).map_err(OpenError::at(&files.dir()))?;
    }
    // Its file is made by the first append.
    Ok(Recovered {
        segments: vec![Arc::new(Segment::empty(log_start, None, now.wall_ms))],
        log_end: log_start,
        unfinished: Vec::new(),
        snapshots: Vec::new(),
        bytes_since_index: 0,
    })
}

/// Renames a segment's files out of the log. They stay readable through handles that are open.
pub(crate) fn doom(files: &Files, segment: &Segment) -> io::Result<Doomed> {
    let mut paths = Vec::new();
    let mut bytes = 0;
    for path in segment.paths(files) {
        let length = match files.disk.stat(&path) {
            Ok(stat) => stat.len,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(files::DELETED);
        let renamed = path.with_file_name(name);
        files.disk.rename(&path, &renamed)?;
        bytes += length;
        paths.push(renamed);
    }
    Ok(Doomed { paths, bytes })
}

impl OpenError {
    /// Whether there was no room on the disk: that passes, and opening can be tried again.
    #[must_use]
    pub fn is_full(&self) -> bool {
        use io::ErrorKind::{QuotaExceeded, StorageFull, WriteZero};
        matches!(self, Self::Io(_, error) if matches!(error.kind(), StorageFull | QuotaExceeded | WriteZero))
    }
}

/// What is in the directory.
struct Inventory {
    /// Base offset → bytes of the log file.
    logs: BTreeMap<i64, u32>,
    /// Offsets of producer snapshots, rising.
    snapshots: Vec<i64>,
}

impl Inventory {
    fn take(files: &Files, report: &mut OpenReport) -> Result<Self, OpenError> {
        let dir = files.dir();
        let mut logs = BTreeMap::new();
        let mut snapshots = Vec::new();
        let mut indexes = Vec::new();
        for entry in files.disk.list(&dir).map_err(OpenError::at(&dir))? {
            let path = dir.join(&entry.name);
            if entry.kind != EntryKind::File {
                continue;
            }
            if entry.name.ends_with(files::DELETED) {
                // Left the log.
                let bytes = files.disk.stat(&path).map_or(0, |stat| stat.len);
                report.doomed.push(Doomed { paths: vec![path], bytes });
                continue;
            }
            let Some((base, suffix)) = parse_file_name(&entry.name) else { continue };
            match suffix {
                files::LOG => {
                    let stat = files.disk.stat(&path).map_err(OpenError::at(&path))?;
                    let Some(size) = u32::try_from(stat.len).ok().filter(|&size| size <= i32::MAX as u32)
                    else {
                        let why = format!("{} bytes are more than a segment can have", stat.len);
                        return Err(OpenError::Unreadable(path, why));
                    };
                    logs.insert(base, size);
                }
                files::SNAPSHOT => snapshots.push(base),
                files::OFFSET_INDEX | files::TIME_INDEX | files::TXN_INDEX => indexes.push((base, path)),
                _ => {}
            }
        }
        for (base, path) in indexes {
            if !logs.contains_key(&base) {
                // An index without its log says nothing to anyone.
                remove_if_there(files, &path).map_err(OpenError::at(&path))?;
            }
        }
        snapshots.sort_unstable();
        Ok(Self { logs, snapshots })
    }
}

fn read_topic_id(files: &Files) -> Result<Option<Uuid>, OpenError> {
    let path = files.dir().join(PARTITION_METADATA);
    let bytes = match files.disk.read(&path, METADATA_LIMIT) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(OpenError::Io(path, error)),
    };
    if bytes.iter().all(|&byte| byte == 0) {
        // Made, but never made durable: no append was let in either.
        return Ok(None);
    }
    parse_topic_id(&bytes).map(Some).ok_or_else(|| {
        OpenError::Unreadable(path, "not `version: 0` with a topic id; the partition is left as it is".into())
    })
}

fn parse_topic_id(bytes: &[u8]) -> Option<Uuid> {
    let mut lines = std::str::from_utf8(bytes).ok()?.lines();
    if lines.next()?.trim().strip_prefix("version:")?.trim() != "0" {
        return None;
    }
    lines.next()?.trim().strip_prefix("topic_id:")?.trim().parse().ok()
}

/// `None`: the file is not there or not readable as what it is.
fn read_epochs(files: &Files) -> Result<Option<EpochCache>, OpenError> {
    let path = files.dir().join(EPOCH_CHECKPOINT);
    match files.disk.read(&path, EPOCHS_LIMIT) {
        Ok(bytes) => Ok(std::str::from_utf8(&bytes).ok().and_then(EpochCache::from_text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Ok(None),
        Err(error) => Err(OpenError::Io(path, error)),
    }
}

/// An offset for the report.
pub(crate) fn at(offset: i64) -> Offset {
    Offset(offset)
}
