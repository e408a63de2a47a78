//! Segments whose offsets reach further from their base than 32 bits can say. Old brokers' compaction could merge that
//! much (KAFKA-6264); no index can describe such a segment, so it is split at the start, as Kafka splits it: into
//! `.cleaned` files that become `.swap` from the last to the first, so that a start that finds only some of them knows.

use std::collections::BTreeMap;
use std::io::{self, IoSlice};
use std::path::PathBuf;
use std::sync::Arc;

use thalweg_platform::{File, Open};
use thalweg_records::{LegacyMessage, Limits, MAGIC_V2, Scratch};

use super::resume;
use crate::files::{self, Files};
use crate::request::{OpenError, OpenReport};
use crate::scan::{BatchAt, BatchWalk, HeaderWalk};

const REACH: i64 = i32::MAX as i64;

/// Splits what must be split. True if the directory has changed. `logs` = base offset → bytes.
pub(crate) fn split_overflowing(
    files: &Files,
    logs: &BTreeMap<i64, u32>,
    report: &mut OpenReport,
) -> Result<bool, OpenError> {
    let mut has_split = false;
    let next_bases = logs.keys().skip(1);
    for ((&base, &size), &next) in logs.iter().zip(next_bases) {
        // Cheap to see that most cannot; compaction leaves gaps, so the others are looked at.
        if next - 1 - base <= REACH {
            continue;
        }
        let path = files.path(base, files::LOG);
        if overflows(files, base, size).map_err(OpenError::at(&path))? {
            split(files, base, size).map_err(OpenError::at(&path))?;
            resume(files, report)?;
            has_split = true;
        }
    }
    Ok(has_split)
}

fn overflows(files: &Files, base: i64, size: u32) -> io::Result<bool> {
    let file = files.disk.open(&files.path(base, files::LOG), Open::Read)?;
    let mut walk = HeaderWalk::new(&*file, 0, size);
    while let Some(batch) = walk.next()? {
        if batch.last_offset - base > REACH {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Copies the segment into as many as it takes. Bytes that are no batch stay behind with the last one: recovery, or
/// whoever reads there, judges them as it would have.
fn split(files: &Files, base: i64, size: u32) -> io::Result<()> {
    let source = files.disk.open(&files.path(base, files::LOG), Open::Read)?;
    let mut parts: Vec<(i64, Arc<dyn File>, u64)> = Vec::new();
    let mut walk = BatchWalk::new(&*source, 0, size);
    let mut append = |bytes: &[u8], first: Option<i64>, last: i64| -> io::Result<()> {
        let begins = match parts.last() {
            None => Some(base),
            Some((part, ..)) => first.filter(|_| last - *part > REACH),
        };
        if let Some(base) = begins {
            let path = named(files, base, files::CLEANED);
            parts.push((base, files.disk.open(&path, Open::Truncate)?, 0));
        }
        if let Some((_, file, at)) = parts.last_mut() {
            file.write_all_at(&mut [IoSlice::new(bytes)], *at).map_err(|failed| failed.error)?;
            *at += bytes.len() as u64;
        }
        Ok(())
    };
    while let Some((at, bytes)) = walk.next()? {
        append(bytes, Some(first_offset(&at, bytes)), at.last_offset)?;
    }
    let mut rest = vec![0; (size - walk.position()) as usize];
    if !rest.is_empty() {
        source.read_exact_at(&mut rest, u64::from(walk.position()))?;
        append(&rest, None, base)?;
    }
    for (_, file, _) in &parts {
        file.sync_data()?;
    }
    files.disk.sync_dir(&files.dir())?;
    for (base, ..) in parts.iter().rev() {
        files.disk.rename(&named(files, *base, files::CLEANED), &named(files, *base, files::SWAP))?;
        files.disk.sync_dir(&files.dir())?;
    }
    Ok(())
}

/// A wrapper of magic 0 or 1 carries the offset of its last record; its first one names the segment.
fn first_offset(at: &BatchAt, bytes: &[u8]) -> i64 {
    if bytes.get(16).is_none_or(|&magic| magic as i8 >= MAGIC_V2) {
        return at.base_offset;
    }
    let mut inner = Vec::new();
    let first = LegacyMessage::parse(bytes).ok().and_then(|message| {
        let mut scratch = Scratch::new();
        let first = message.records(&Limits::default(), &mut scratch, &mut inner).ok()?.next()?;
        first.ok().map(|record| record.offset.0)
    });
    first.unwrap_or(at.base_offset)
}

fn named(files: &Files, base: i64, more: &str) -> PathBuf {
    files.path(base, &format!("{}{more}", files::LOG))
}
