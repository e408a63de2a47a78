//! How a log directory is doing: healthy, slow or offline. Read by every worker before it writes, set by
//! whoever meets trouble there.
//!
//! Slow is a matter of time and passes: appends go to the disk thread until its writes are quick again. Offline
//! is for good, until the node is restarted: after a failed write or sync nothing is known about what is on
//! disk, so nothing there is written, synced or believed any more.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use thalweg_model::DirectoryId;
use thalweg_platform::disk::is_want_of_descriptors;

use crate::partition::Partition;

/// A write that takes longer than this, and longer than its bytes explain, is stuck.
const SLOW_WRITE: Duration = Duration::from_millis(20);
/// Nanoseconds a byte may take beyond that: 256 MiB/s, far below what a page cache takes and near what a disk does that
/// has run full of dirty pages.
const NANOS_PER_BYTE: u64 = 4;
/// So many stuck writes in a row make the directory slow: a single one may be a worker that lost its core.
const STUCK_WRITES: u32 = 2;
/// So many quick writes of the disk thread in a row make it healthy again.
const QUICK_WRITES: u32 = 8;

/// State of one log directory.
#[derive(Debug)]
pub struct LogDirectoryState {
    path: PathBuf,
    id: DirectoryId,
    is_slow: AtomicBool,
    /// Stuck writes of workers in a row.
    stuck_writes: AtomicU32,
    /// Quick writes of the disk thread in a row.
    quick_writes: AtomicU32,
    is_offline: AtomicBool,
    /// New partitions go elsewhere.
    is_cordoned: AtomicBool,
}

impl LogDirectoryState {
    /// A healthy directory.
    pub fn new(path: PathBuf, id: DirectoryId) -> Self {
        Self {
            path,
            id,
            is_slow: AtomicBool::new(false),
            stuck_writes: AtomicU32::new(0),
            quick_writes: AtomicU32::new(0),
            is_offline: AtomicBool::new(false),
            is_cordoned: AtomicBool::new(false),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its id, from `meta.properties`.
    pub fn id(&self) -> DirectoryId {
        self.id
    }

    /// Whether appends go to the disk thread.
    pub fn is_slow(&self) -> bool {
        self.is_slow.load(Ordering::Relaxed)
    }

    /// Whether it is out of service.
    pub fn is_offline(&self) -> bool {
        self.is_offline.load(Ordering::Acquire)
    }

    /// Whether new partitions go elsewhere (KIP-1066); those that are here are served.
    pub fn is_cordoned(&self) -> bool {
        self.is_cordoned.load(Ordering::Relaxed)
    }

    /// Says whether new partitions go elsewhere.
    pub fn set_cordoned(&self, is_cordoned: bool) {
        self.is_cordoned.store(is_cordoned, Ordering::Relaxed);
    }

    /// A worker's write of so many bytes took so long.
    pub fn observe_write(&self, took: Duration, bytes: impl FnOnce() -> usize) {
        if !is_stuck(took, bytes) {
            if self.stuck_writes.load(Ordering::Relaxed) != 0 {
                self.stuck_writes.store(0, Ordering::Relaxed);
            }
            return;
        }
        let stuck = self.stuck_writes.fetch_add(1, Ordering::Relaxed) + 1;
        if stuck >= STUCK_WRITES && !self.is_slow.swap(true, Ordering::Relaxed) {
            self.quick_writes.store(0, Ordering::Relaxed);
            tracing::warn!(
                event = "log_directory_slow",
                directory = %self.path.display(),
                took_ms = took.as_millis() as u64,
                "writes are stuck; appends go through the disk thread until it is quick again"
            );
        }
    }

    /// A write of the disk thread of so many bytes took so long.
    pub fn observe_diverted_write(&self, took: Duration, bytes: impl FnOnce() -> usize) {
        if !self.is_slow() {
            return;
        }
        if is_stuck(took, bytes) {
            self.quick_writes.store(0, Ordering::Relaxed);
        } else if self.quick_writes.fetch_add(1, Ordering::Relaxed) + 1 >= QUICK_WRITES {
            self.recover();
        }
    }

    /// Nothing waits for the disk any more: as good as quick.
    pub fn recover(&self) {
        if self.is_slow.swap(false, Ordering::Relaxed) {
            tracing::info!(event = "log_directory_recovered", directory = %self.path.display());
        }
    }

    /// An append failed. Lack of space passes; anything else takes the directory offline.
    pub fn append_failed(&self, partition: &Partition, failed: &thalweg_partition_log::WriteFailed) {
        if failed.is_fatal {
            self.take_offline(&failed.error, "writing", Some(partition));
        } else {
            tracing::error!(
                event = "append_failed",
                topic = %partition.topic,
                partition = partition.index,
                error = %failed.error,
                "no room to write; producers are refused until there is, reads go on"
            );
        }
    }

    /// Something other than an append found no room.
    pub fn no_room(&self, error: &dyn std::fmt::Display, doing: &str) {
        tracing::error!(
            event = "log_directory_full",
            directory = %self.path.display(),
            doing,
            %error,
            "no room to write; it is tried again"
        );
    }

    /// A read failed.
    pub fn read_failed(&self, partition: &Partition, error: &io::Error) {
        if is_want_of_descriptors(error) {
            return self.no_room(error, "reading");
        }
        self.take_offline(error, "reading", Some(partition));
    }

    /// Something failed after which the directory's contents are not known.
    ///
    /// A deleted partition says nothing about the disk: its files may go while somebody still holds it.
    pub fn take_offline(&self, error: &io::Error, doing: &str, partition: Option<&Partition>) {
        if let Some(partition) = partition.filter(|partition| partition.is_retired() || partition.has_moved())
        {
            tracing::debug!(
                event = "late_access",
                topic = %partition.topic,
                partition = partition.index,
                doing,
                %error,
                "the partition was deleted or moved meanwhile"
            );
            return;
        }
        if self.is_offline.swap(true, Ordering::AcqRel) {
            return;
        }
        let partition = partition
            .map_or_else(String::new, |partition| format!("{}-{}", partition.topic, partition.index));
        tracing::error!(
            event = "log_directory_offline",
            directory = %self.path.display(),
            doing,
            partition,
            %error,
            "the disk failed; this directory is out of service until the node is restarted, others go on"
        );
    }
}

/// Nearly every write is quick, and nobody need know its bytes.
fn is_stuck(took: Duration, bytes: impl FnOnce() -> usize) -> bool {
    took > SLOW_WRITE && took > SLOW_WRITE + Duration::from_nanos(bytes() as u64 * NANOS_PER_BYTE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_is_slow_after_stuck_writes_in_a_row_and_recovers_after_quick_ones() {
        let state = LogDirectoryState::new(PathBuf::from("d"), DirectoryId::ZERO);
        state.observe_write(Duration::from_millis(21), || 100);
        state.observe_write(Duration::from_millis(5), || 100);
        state.observe_write(Duration::from_millis(21), || 100);
        assert!(!state.is_slow(), "not in a row");
        state.observe_write(Duration::from_millis(60), || 16 << 20);
        assert!(!state.is_slow(), "that is a lot of bytes");
        state.observe_write(Duration::from_millis(21), || 100);
        state.observe_write(Duration::from_millis(21), || 100);
        assert!(state.is_slow());
        for _ in 0..QUICK_WRITES - 1 {
            state.observe_diverted_write(Duration::from_millis(1), || 100);
        }
        assert!(state.is_slow());
        state.observe_diverted_write(Duration::from_millis(1), || 100);
        assert!(!state.is_slow());
    }
}
