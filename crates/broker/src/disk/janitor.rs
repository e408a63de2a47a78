//! The janitor: takes expired segments out of their logs, and unlinks what has been taken out, a little at a time
//! and at low priority, so that deleting never shows in a producer's latency. Moving partitions between directories
//! is done beside it, see `moves`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use thalweg_config::BrokerConfig;
use thalweg_model::{Mono, Now};
use thalweg_platform::{Disk, EntryKind, Open};

use super::LogDirectories;
use super::moves::{Mover, Surroundings};
use crate::topics::Topics;

/// A step ends after so many bytes, or so many files. Larger files are cut by as much per step before they are unlinked:
/// freeing a gigabyte at once holds the file system's journal for long.
const STEP_BYTES: u64 = 32 << 20;
const STEP_FILES: u32 = 64;
/// Pause between two steps while the backlog is small.
const STEP_PAUSE: Duration = Duration::from_millis(5);
/// With more files due than this there are no pauses: what is written faster than it is deleted fills the disk.
const BACKLOG: usize = 16;

/// What is to be unlinked.
#[derive(Debug)]
struct Doom {
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
    /// By the time from which on each is due, and a number of its own.
    doomed: BTreeMap<(Mono, u64), Doom>,
    doomed_ever: u64,
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
            doomed: BTreeMap::new(),
            doomed_ever: 0,
            mover: Mover::new(around),
        }
    }

    /// Looks for what has expired when that is due, and unlinks one step's worth. Returns when it wants to be
    /// called at the latest.
    pub fn turn(&mut self, now: Now) -> Mono {
        for buried in self.directories.take_buried() {
            self.doom(now.mono.after_ms(buried.delay_ms), buried.path, buried.is_directory);
        }
        if now.mono >= self.next_check {
            self.expire(now);
            self.next_check = now.mono.after(self.check_every);
        }
        let next_due = self.unlink_some(now);
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
                    for path in doomed.into_iter().flat_map(|doomed| doomed.paths) {
                        self.doom(due, path, false);
                    }
                }
                Err(failed) if failed.is_fatal => {
                    partition.directory.take_offline(&failed.error, "deleting old segments", Some(partition));
                }
                Err(failed) => partition.directory.append_failed(partition, &failed),
            }
        }
    }

    fn doom(&mut self, due: Mono, path: PathBuf, is_directory: bool) {
        self.doomed_ever += 1;
        self.doomed.insert((due, self.doomed_ever), Doom { path, is_directory });
    }

    /// One step of unlinking; returns when the next is due.
    fn unlink_some(&mut self, now: Now) -> Mono {
        let mut step = Step::default();
        while !step.is_over() {
            let Some(first) = self.doomed.first_entry().filter(|first| first.key().0 <= now.mono) else {
                return self.doomed.keys().next().map_or(Mono(u64::MAX), |&(due, _)| due);
            };
            let doom = first.get();
            let disk = &**self.directories.disk();
            let done = if doom.is_directory {
                empty_directory(disk, &doom.path, &mut step)
            } else {
                shrink_and_remove(disk, &doom.path, &mut step)
            };
            match done {
                Ok(true) => _ = first.remove(),
                Ok(false) => {}
                Err(error) => {
                    let path = doom.path.display().to_string();
                    tracing::warn!(event = "not_deleted", path, %error, "left for the next start");
                    first.remove();
                }
            }
        }
        let due = self.doomed.range(..=(now.mono, u64::MAX)).take(BACKLOG + 1).count();
        now.mono.after(if due > BACKLOG { Duration::ZERO } else { STEP_PAUSE })
    }
}

/// What one step has taken away so far.
#[derive(Debug, Default)]
struct Step {
    bytes: u64,
    files: u32,
}

impl Step {
    fn is_over(&self) -> bool {
        self.bytes >= STEP_BYTES || self.files >= STEP_FILES
    }
}

/// Files of a deleted partition, as many as the step has room for; true when the directory itself is gone.
fn empty_directory(disk: &dyn Disk, path: &Path, step: &mut Step) -> std::io::Result<bool> {
    let entries = match disk.list(path) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    for entry in entries.iter().filter(|entry| entry.kind == EntryKind::File) {
        while !shrink_and_remove(disk, &path.join(&entry.name), step)? {
            if step.is_over() {
                return Ok(false);
            }
        }
        if step.is_over() {
            return Ok(false);
        }
    }
    disk.remove_dir(path).map(|()| true)
}

/// Cuts a slice off a large file, or removes a small one; true when it is gone.
fn shrink_and_remove(disk: &dyn Disk, path: &Path, step: &mut Step) -> std::io::Result<bool> {
    step.files += 1;
    let length = match disk.stat(path) {
        Ok(stat) => stat.len,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    step.bytes += length.min(STEP_BYTES);
    if length > STEP_BYTES {
        disk.open(path, Open::ReadWrite)?.set_len(length - STEP_BYTES)?;
        return Ok(false);
    }
    disk.remove_file(path)?;
    Ok(true)
}
