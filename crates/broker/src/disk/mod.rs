//! The disk side: two threads per log directory for what may wait for the disk, a small pool for cold reads, and
//! one janitor.
//!
//! The disk thread carries out diverted appends; the sync thread syncs, writes back and writes checkpoints, so
//! that a roll never waits behind a sync; the janitor deletes, at low priority. Decides when to flush; never
//! which batch is right.

mod cleaner;
mod compacted;
mod directories;
mod diverted;
mod janitor;
mod leftovers;
mod moves;
mod reads;
mod role;
mod state;
mod sync;

use std::fmt;
use std::sync::Arc;

pub use cleaner::Cleaner;
pub use directories::{Buried, DirectoryError, LockedDirectories, LogDirectories, ServedDirectory};
pub(crate) use diverted::failure_of;
pub use janitor::Janitor;
pub use moves::Surroundings;
pub use reads::{ReadMessage, ReadRole, WarmRequest};
pub use role::DiskRole;
pub use state::LogDirectoryState;
pub use sync::{Intervals, SyncRole};

use thalweg_platform::Wake;

use crate::partition::Partition;

/// Work for the disk thread or the sync thread of a directory; each takes what is its own.
pub enum DiskMessage {
    /// This partition has diverted appends.
    Append(Arc<Partition>),
    /// A write to this partition failed: cut what it left behind the end.
    Repair(Arc<Partition>),
    /// The partition was written by the disk thread.
    Written(Arc<Partition>),
    /// The log wants housekeeping soon: writeback, a sealed segment to be finished.
    Attend(Arc<Partition>),
    /// The log wants the file of its next segment.
    Prepare(Arc<Partition>),
    /// A partition to look after.
    Opened(Arc<Partition>),
    /// A partition that is gone.
    Retired(Arc<Partition>),
    /// A log's start was raised: put the directory's log starts on disk, then say whether they are.
    SaveStarts(Box<dyn FnOnce(bool) + Send>),
    /// Anything else that must run on this thread.
    Run(Box<dyn FnOnce() + Send>),
}

impl fmt::Debug for DiskMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, partition) = match self {
            Self::Append(partition) => ("Append", Some(partition)),
            Self::Repair(partition) => ("Repair", Some(partition)),
            Self::Written(partition) => ("Written", Some(partition)),
            Self::Attend(partition) => ("Attend", Some(partition)),
            Self::Prepare(partition) => ("Prepare", Some(partition)),
            Self::Opened(partition) => ("Opened", Some(partition)),
            Self::Retired(partition) => ("Retired", Some(partition)),
            Self::SaveStarts(_) => ("SaveStarts", None),
            Self::Run(_) => ("Run", None),
        };
        match partition {
            Some(partition) => write!(f, "{name}({}-{})", partition.topic, partition.index),
            None => f.write_str(name),
        }
    }
}

/// Wakes several sleepers: for a mailbox that several roles take from.
#[derive(Debug)]
pub struct WakeAll(pub Vec<Arc<dyn Wake>>);

impl Wake for WakeAll {
    fn wake(&self) {
        self.0.iter().for_each(|sleeper| sleeper.wake());
    }
}
