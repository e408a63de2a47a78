//! The janitor: takes expired segments out of their logs, and unlinks what has been taken out, a little at a time
//! and at low priority, so that deleting never shows in a producer's latency. Moving partitions between directories
//! is done beside it, see `moves`.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use thalweg_config::BrokerConfig;
use thalweg_model::{Mono, Now};
use thalweg_platform::{Disk, EntryKind, Open};

use super::LogDirectories;
use super::moves::{Mover, Surroundings};
use crate::topics::Topics;

/// Files cut to this much less per step before they are unlinked: freeing a gigabyte at once holds the file
/// system's journal for long.
const SLICE: u64 = 64 << 20;
/// Pause between two steps while the backlog is small.
const STEP_PAUSE: Duration = Duration::from_millis(5);
/// A backlog above this is worked on without pauses.
const BACKLOG: usize = 64;

/// What is to be unlinked, and from when on.
#[derive(Debug)]
struct Doom {
    due: Mono,
    path: PathBuf,
    is_directory: bool,
}

/// The role.
#[derive(Debug)]
pub struct Janitor {
    topics: Arc<Topics>,
    directories: Arc<LogDirectories>,
    check_every: Duration,
    next_check: Mono,
    /// In the order in which they are due, nearly: delays differ by topic.
    doomed: VecDeque<Doom>,
    /// Moves partitions between directories.
    mover: Mover,
}

impl Janitor {
    /// A janitor whose first round comes after `log.initial.task.delay.ms`.
    pub fn new(around: Surroundings, config: &BrokerConfig, now: Now) -> Self {
        let ms = |ms: i64| Duration::from_millis(u64::try_from(ms).unwrap_or(0).max(1));
        Self {
            topics: Arc::clone(&around.topics),
            directories: Arc::clone(&around.directories),
            check_every: ms(config.log.log_retention_check_interval_ms),
            next_check: now.mono.after(ms(config.log.log_initial_task_delay_ms)),
            doomed: VecDeque::new(),
            mover: Mover::new(around),
        }
    }

    /// Looks for what has expired when that is due, and unlinks one step's worth. Returns when it wants to be
    /// called at the latest.
    pub fn turn(&mut self, now: Now) -> Mono {
        for buried in self.directories.take_buried() {
            let due = now.mono.after_ms(buried.delay_ms);
            self.doomed.push_back(Doom { due, path: buried.path, is_directory: buried.is_directory });
        }
        if now.mono >= self.next_check {
            self.expire(now);
            self.next_check = now.mono.after(self.check_every);
        }
        let next_due = self.unlink_one(now);
        next_due.min(self.next_check).min(self.mover.turn(now))
    }

    /// Takes expired segments out of every log.
    fn expire(&mut self, now: Now) {
        let table = self.topics.table();
        for partition in table.by_name.values().flat_map(|topic| topic.partitions.iter().flatten()) {
            if partition.directory.is_offline() || partition.is_retired() {
                continue;
            }
            match partition.log.delete_old_segments(now) {
                Ok(doomed) => {
                    let delay_ms = partition.log.config().file_delete_delay_ms;
                    let due = now.mono.after_ms(delay_ms);
                    let paths = doomed.into_iter().flat_map(|doomed| doomed.paths);
                    self.doomed.extend(paths.map(|path| Doom { due, path, is_directory: false }));
                }
                Err(failed) if failed.is_fatal => {
                    partition.directory.take_offline(&failed.error, "deleting old segments", Some(partition));
                }
                Err(failed) => partition.directory.append_failed(partition, &failed),
            }
        }
    }

    /// One step of unlinking; returns when the next is due.
    fn unlink_one(&mut self, now: Now) -> Mono {
        let Some(place) = self.doomed.iter().position(|doom| doom.due <= now.mono) else {
            return self.doomed.iter().map(|doom| doom.due).min().unwrap_or(Mono(u64::MAX));
        };
        let pause = if self.doomed.len() > BACKLOG { Duration::ZERO } else { STEP_PAUSE };
        let again = now.mono.after(pause);
        let doom = &self.doomed[place];
        let done = if doom.is_directory {
            self.empty_directory(&doom.path)
        } else {
            shrink_and_remove(&**self.directories.disk(), &doom.path)
        };
        match done {
            Ok(true) => {
                self.doomed.remove(place);
            }
            Ok(false) => {}
            Err(error) => {
                let path = doom.path.display().to_string();
                tracing::warn!(event = "not_deleted", path, %error, "left for the next start");
                self.doomed.remove(place);
            }
        }
        again
    }

    /// One file of a deleted partition; true when the directory itself is gone.
    fn empty_directory(&self, path: &Path) -> std::io::Result<bool> {
        let disk = &**self.directories.disk();
        let entries = match disk.list(path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(error),
        };
        match entries.iter().find(|entry| entry.kind == EntryKind::File) {
            Some(entry) => shrink_and_remove(disk, &path.join(&entry.name)).map(|_| false),
            None => disk.remove_dir(path).map(|()| true),
        }
    }
}

/// Cuts a slice off a large file, or removes a small one; true when it is gone.
fn shrink_and_remove(disk: &dyn Disk, path: &Path) -> std::io::Result<bool> {
    let length = match disk.stat(path) {
        Ok(stat) => stat.len,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    if length > SLICE {
        disk.open(path, Open::ReadWrite)?.set_len(length - SLICE)?;
        return Ok(false);
    }
    disk.remove_file(path)?;
    Ok(true)
}
