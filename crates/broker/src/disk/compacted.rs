//! Up to where each log is compacted: `cleaner-offset-checkpoint` of each log directory, in memory and on disk. An
//! entry too low costs a compaction that finds nothing; one that is lost likewise. An entry of a topic that is gone
//! would be too high for the next topic of that name, so it goes with the topic.

use parking_lot::Mutex;
use thalweg_model::{Offset, TopicPartition};
use thalweg_partition_log::{CheckpointKind, LogDirectory, OffsetCheckpoint};

use super::LogDirectories;
use super::directories::name_of;
use crate::partition::Partition;

/// One directory's offsets.
#[derive(Debug, Default)]
pub(super) struct CompactedOffsets(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    offsets: OffsetCheckpoint,
    /// The file says something else.
    is_changed: bool,
}

impl CompactedOffsets {
    /// What the directory's checkpoint says; nothing where it cannot be read.
    pub fn read(log_dir: &LogDirectory) -> Self {
        let offsets = log_dir.read_checkpoint(CheckpointKind::Cleaner).unwrap_or_else(|error| {
            tracing::warn!(event = "checkpoint_unreadable", %error, "compacted topics are compacted from their start");
            OffsetCheckpoint::default()
        });
        Self(Mutex::new(State { offsets, is_changed: false }))
    }

    /// A partition of this name is gone, or new.
    pub fn forget(&self, name: &TopicPartition) {
        let mut state = self.0.lock();
        let was_there = state.offsets.offsets.remove(name).is_some();
        state.is_changed |= was_there;
    }

    fn get(&self, name: &TopicPartition) -> Option<Offset> {
        self.0.lock().offsets.get(name)
    }

    fn set(&self, name: TopicPartition, offset: Offset) {
        let mut state = self.0.lock();
        state.offsets.offsets.insert(name, offset);
        state.is_changed = true;
    }

    /// What must be written, if anything.
    fn take_changed(&self) -> Option<OffsetCheckpoint> {
        let mut state = self.0.lock();
        std::mem::take(&mut state.is_changed).then(|| state.offsets.clone())
    }
}

impl LogDirectories {
    /// Up to where a partition's log was compacted.
    pub fn compacted_up_to(&self, partition: &Partition) -> Option<Offset> {
        self.of(partition)?.compacted.get(&name_of(partition))
    }

    /// A log is compacted up to here: on disk when this returns.
    pub fn note_compacted(&self, partition: &Partition, offset: Offset) {
        // A topic deleted meanwhile has no say any more.
        if let Some(directory) = self.of(partition).filter(|_| !partition.is_retired()) {
            directory.compacted.set(name_of(partition), offset);
        }
        self.write_compacted();
    }

    /// Writes the checkpoints that have changed. Compacting threads only.
    pub fn write_compacted(&self) {
        for (place, directory) in self.all().iter().enumerate() {
            if let Some(offsets) = directory.compacted.take_changed() {
                self.checked(place, "writing a checkpoint", |log_dir| {
                    log_dir.write_checkpoint(CheckpointKind::Cleaner, &offsets)
                });
            }
        }
    }
}
