//! The one step in which compacted files take their sources' place.
//!
//! | step | after a crash right behind it |
//! |---|---|
//! | `.cleaned` files written and synced | they are removed, the log is as before |
//! | renamed `.swap`, directory synced | the next start, ours or Kafka's, goes on from here |
//! | readers get the new segment | |
//! | the sources are renamed `.deleted`, directory synced | |
//! | `.swap` is renamed to the log's own names, directory synced | done |
//!
//! The work lock is not held over the syncs: appends go on, also rolls. No segment leaves the log meanwhile.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::output::Finished;
use super::run::CompactionError;
use crate::files;
use crate::log::PartitionLog;
use crate::request::{Doomed, WriteFailed};
use crate::segment::Segment;

impl PartitionLog {
    /// Puts `finished` into the place of `sources`. What it returns is to be unlinked later.
    pub(super) fn swap_in(
        &self,
        sources: &[Arc<Segment>],
        finished: Finished,
    ) -> Result<Vec<Doomed>, CompactionError> {
        // Held throughout: no flush has a source's files in its hands, no truncation begins.
        let _syncing = self.syncing.lock();
        self.finish_sealed()?;
        let Finished { segment, suffixes } = finished;
        let base = segment.base;
        {
            let mut work = self.work.lock();
            if self.place_of(sources).is_none() {
                self.remove(base, &suffixes, files::CLEANED);
                return Err(CompactionError::Overtaken);
            }
            work.is_swapping = true;
        }
        let swapped = self.swap_locked(sources, segment, &suffixes);
        self.work.lock().is_swapping = false;
        swapped.map_err(|error| match error.kind() {
            // The partition was deleted, and its directory renamed, in the middle.
            io::ErrorKind::NotFound => CompactionError::Overtaken,
            _ => CompactionError::Write(WriteFailed::new(error)),
        })
    }

    fn swap_locked(
        &self,
        sources: &[Arc<Segment>],
        segment: Segment,
        suffixes: &[&'static str],
    ) -> io::Result<Vec<Doomed>> {
        let disk = &self.files.disk;
        let base = segment.base;
        let named = suffixes.iter().try_for_each(|suffix| {
            disk.rename(&self.with(base, suffix, files::CLEANED), &self.with(base, suffix, files::SWAP))
        });
        if let Err(error) = named.and_then(|()| disk.sync_dir(&self.files.dir())) {
            // The log's own files first: without them the others mean nothing to a start.
            self.remove(base, suffixes, files::SWAP);
            self.remove(base, suffixes, files::CLEANED);
            return Err(error);
        }
        let segment = Arc::new(segment);
        {
            let _work = self.work.lock();
            let _tail = self.tail.lock();
            let Some(place) = self.place_of(sources) else {
                return Err(io::Error::other("a segment left the log while another took its place"));
            };
            let mut list = Vec::clone(&self.segments.load());
            list.splice(place..place + sources.len(), [Arc::clone(&segment)]);
            self.segments.store(Arc::new(list));
        }
        // From here on whoever still has the old list is sent back for the new one.
        sources.iter().for_each(|source| source.retire());
        let mut doomed = Vec::new();
        for source in sources {
            doomed.push(self.doom_source(source, base)?);
        }
        disk.sync_dir(&self.files.dir())?;
        for suffix in suffixes {
            disk.rename(&self.with(base, suffix, files::SWAP), &self.files.path(base, suffix))?;
        }
        disk.sync_dir(&self.files.dir())?;
        // Opens again by name.
        segment.close();
        Ok(doomed)
    }

    /// Renames a source's files out of the log; the producer snapshot at the first one's start stays.
    fn doom_source(&self, source: &Segment, base: i64) -> io::Result<Doomed> {
        let mut doomed = Doomed { paths: Vec::new(), bytes: u64::from(source.size()) };
        let snapshot = self.files.path(base, files::SNAPSHOT);
        for path in source.paths(&self.files).into_iter().filter(|path| *path != snapshot) {
            let mut name = path.file_name().unwrap_or_default().to_owned();
            name.push(files::DELETED);
            let renamed = path.with_file_name(name);
            match self.files.disk.rename(&path, &renamed) {
                Ok(()) => doomed.paths.push(renamed),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(doomed)
    }

    /// Where the sources stand in the list, if all of them still do, sealed and finished.
    fn place_of(&self, sources: &[Arc<Segment>]) -> Option<usize> {
        let segments = self.segments.load();
        let first = sources.first()?;
        let place = segments.iter().position(|segment| Arc::ptr_eq(segment, first))?;
        let there = segments.get(place..place + sources.len())?;
        let all = there.iter().zip(sources).all(|(there, source)| Arc::ptr_eq(there, source));
        (all && place + sources.len() < segments.len()).then_some(place)
    }

    fn with(&self, base: i64, suffix: &str, more: &str) -> std::path::PathBuf {
        self.files.path(base, &format!("{suffix}{more}"))
    }

    /// Takes files away that nothing refers to; what cannot be removed goes at the next start.
    fn remove(&self, base: i64, suffixes: &[&'static str], more: &str) {
        for suffix in suffixes.iter().rev() {
            drop(self.files.disk.remove_file(&self.with(base, suffix, more)));
        }
    }

    /// Last data offset and epoch of every producer that is remembered: what compaction must not lose.
    pub(super) fn last_records(&self) -> BTreeMap<i64, (Option<i64>, i16)> {
        let tail = self.tail.lock();
        let of = |(id, producer): (i64, &crate::producers::Producer)| {
            (id, (producer.batches().last().map(|batch| batch.last_offset), producer.epoch))
        };
        tail.producers.iter().map(of).collect()
    }
}
