//! The segment file that is made before it is needed, so that a worker can roll: what is left of a roll is to give
//! the file its name, which is one rename, and to move the tail. Everything that takes longer (indexes, syncs, blocks
//! given back) follows on the disk threads.
//!
//! A spare carries the suffix of deleted files until it is the active segment: whoever opens the directory after a
//! crash, this broker or Kafka, throws it away. It never holds a record under that name.

use std::path::PathBuf;
use std::sync::Arc;

use thalweg_config::TopicConfig;
use thalweg_model::Now;
use thalweg_platform::{File, Open};

use crate::files;
use crate::log::{PartitionLog, Tail, Work};
use crate::roll::remove_if_there;

/// Its name until it gets a segment's.
const SPARE: &str = "next.log.deleted";
/// A snapshot of more producers than this takes longer than a worker should be held up.
const PRODUCERS_MAX: usize = 2_000;

/// Where a log stands with its spare.
#[derive(Debug, Default)]
pub(crate) enum Spare {
    #[default]
    None,
    /// The disk thread has been asked for one.
    Asked,
    Ready(Arc<dyn File>),
    /// It could not be made or used; the next segment is made when it is needed, and then it is tried again.
    Refused,
}

impl Tail {
    /// Whether this is the moment to ask for one: half of the segment is written.
    pub(crate) fn asks_for_spare(&mut self, config: &TopicConfig) -> bool {
        let asks = matches!(self.spare, Spare::None)
            && !config.preallocate
            && self.position >= config.segment_bytes.max(0) as u32 / 2;
        if asks {
            self.spare = Spare::Asked;
        }
        asks
    }
}

impl PartitionLog {
    /// Makes the file that was asked for. Without it the next roll takes the long way. Disk thread.
    pub fn prepare_roll(&self) {
        let _work = self.work.lock();
        {
            let tail = self.tail.lock();
            if !matches!(tail.spare, Spare::Asked) || tail.is_offline || tail.is_sealed || tail.is_busy {
                return;
            }
        }
        let made = self.files.disk.open(&self.spare_path(), Open::Truncate);
        self.tail.lock().spare = made.map_or(Spare::Refused, Spare::Ready);
    }

    /// Rolls on a worker if that takes no longer than a write: a spare is there and no disk thread is at work. False:
    /// nothing has changed, the disk thread must do it.
    pub(crate) fn roll_to_spare(&self, tail: &mut Tail, now: Now) -> bool {
        if tail.position == 0 || tail.producers.len() > PRODUCERS_MAX {
            return false;
        }
        // Against the order of locks, hence without waiting.
        let Some(mut work) = self.work.try_lock() else { return false };
        let file = match std::mem::replace(&mut tail.spare, Spare::Refused) {
            Spare::Ready(file) => file,
            other => {
                tail.spare = other;
                return false;
            }
        };
        let base = tail.log_end;
        if self.files.disk.rename(&self.spare_path(), &self.files.path(base, files::LOG)).is_err() {
            // The directory has another name, or no room: the disk thread will find out.
            return false;
        }
        let sealed = self.switch_to(&mut work, tail, base, file, now);
        work.unfinished.push(sealed);
        work.lacks_indexes = true;
        tail.needs_attention();
        true
    }

    /// Removes the spare: the log comes to rest. The caller holds the work lock.
    pub(crate) fn drop_spare(&self, _work: &mut Work) {
        let spare = std::mem::take(&mut self.tail.lock().spare);
        if let Spare::Ready(_) = spare {
            // What stays is thrown away at the next start.
            let _ = remove_if_there(&self.files, &self.spare_path());
        }
    }

    fn spare_path(&self) -> PathBuf {
        self.files.dir().join(SPARE)
    }
}
