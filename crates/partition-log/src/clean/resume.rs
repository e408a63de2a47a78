//! What a crash left of a compaction, ours or Kafka's, before anything else in the directory is looked at.
//!
//! `.cleaned` files never joined the log and go. A `.swap` log is whole (it was synced before it got that name) and
//! stands for every segment that begins inside it: those leave, it takes its place. A `.swap` at or behind a
//! `.cleaned` is one half of a set whose other half is missing: it goes, the sources are all there (KAFKA-6264). A
//! `.swap` log that does not read from end to end is no reason to delete anything: the partition is left as it is.

use std::path::Path;

use thalweg_platform::{EntryKind, Open};
use thalweg_records::{BatchView, LegacyMessage};

use crate::files::{self, Files, parse_file_name};
use crate::request::{Doomed, OpenError, OpenReport};
use crate::roll::remove_if_there;
use crate::scan::BatchWalk;

/// A file by its name in three parts.
struct Named {
    base: i64,
    suffix: String,
    name: String,
}

/// Finishes or undoes what was interrupted.
pub(crate) fn resume(files: &Files, report: &mut OpenReport) -> Result<(), OpenError> {
    let dir = files.dir();
    let (mut cleaned, mut swaps, mut live) = (Vec::new(), Vec::new(), Vec::new());
    for entry in files.disk.list(&dir).map_err(OpenError::at(&dir))? {
        let Some((base, suffix)) = parse_file_name(&entry.name).filter(|_| entry.kind == EntryKind::File)
        else {
            continue;
        };
        let (list, suffix) = match suffix.rsplit_once('.') {
            Some((suffix, "cleaned")) => (&mut cleaned, suffix),
            Some((suffix, "swap")) => (&mut swaps, suffix),
            Some(_) => continue,
            None => (&mut live, suffix),
        };
        list.push(Named { base, suffix: suffix.to_owned(), name: entry.name.clone() });
    }
    if cleaned.is_empty() && swaps.is_empty() {
        return Ok(());
    }
    let rename = |name: &str, to: &Path| files.disk.rename(&dir.join(name), to).map_err(OpenError::at(to));
    let sync = || files.disk.sync_dir(&dir).map_err(OpenError::at(&dir));
    let first_cleaned = cleaned.iter().map(|file| file.base).min().unwrap_or(i64::MAX);
    let (halves, swaps): (Vec<_>, Vec<_>) = swaps.into_iter().partition(|file| file.base >= first_cleaned);
    // What becomes of the log is durable before the files that say so are gone.
    for file in halves {
        let renamed = dir.join(format!("{}{}", file.name, files::DELETED));
        rename(&file.name, &renamed)?;
        report.doomed.push(Doomed { paths: vec![renamed], bytes: 0 });
    }
    sync()?;
    for file in cleaned {
        // At once: the next compaction may use the name.
        remove_if_there(files, &dir.join(&file.name)).map_err(OpenError::at(&dir))?;
    }
    let mut stands_for = Vec::new();
    for file in swaps.iter().filter(|file| file.suffix == files::LOG) {
        stands_for.push((file.base, end_of(files, &dir.join(&file.name), file.base)?));
    }
    let replaced = |base: i64| stands_for.iter().any(|&(from, to)| base >= from && base < to);
    let is_same_log = |base: i64| stands_for.iter().any(|&(from, _)| base == from);
    for file in live.iter().filter(|file| replaced(file.base) || is_same_log(file.base)) {
        // Producer state at an offset is what it is, however the log before it was compacted.
        if file.suffix != files::SNAPSHOT {
            let renamed = dir.join(format!("{}{}", file.name, files::DELETED));
            rename(&file.name, &renamed)?;
            report.doomed.push(Doomed { paths: vec![renamed], bytes: 0 });
        }
    }
    sync()?;
    // The log last: until then a start comes here again.
    let (logs, indexes): (Vec<_>, Vec<_>) = swaps.iter().partition(|file| file.suffix == files::LOG);
    for file in indexes.into_iter().chain(logs) {
        rename(&file.name, &files.path(file.base, &file.suffix))?;
    }
    sync()
}

/// The offset behind the last batch of a `.swap` log, each of whose batches is checked.
fn end_of(files: &Files, path: &Path, base: i64) -> Result<i64, OpenError> {
    let io = |error| OpenError::Io(path.to_owned(), error);
    let unreadable = |why: String| OpenError::Unreadable(path.to_owned(), why);
    let file = files.disk.open(path, Open::Read).map_err(io)?;
    let length = file.len().map_err(io)?;
    let size = u32::try_from(length).map_err(|_| unreadable(format!("{length} bytes are too many")))?;
    let mut walk = BatchWalk::new(&*file, 0, size);
    let mut end = base;
    while let Some((at, bytes)) = walk.next().map_err(io)? {
        let checked = match BatchView::parse(bytes) {
            Ok(batch) => batch.verify_crc(),
            Err(_) => LegacyMessage::parse(bytes).and_then(|message| message.verify_crc()),
        };
        if let Err(error) = checked {
            let why = format!("the compacted segment is damaged at byte {}: {error}", at.position);
            return Err(unreadable(why));
        }
        end = at.last_offset + 1;
    }
    if walk.position() < size {
        let why = format!("no batch stands at byte {} of the compacted segment", walk.position());
        return Err(unreadable(why));
    }
    Ok(end)
}
