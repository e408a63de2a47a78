//! Partitions of topics that were deleted while this node was down. Nothing is deleted that was not marked for it
//! before: a directory nobody asks for is renamed `-stray`, as Kafka does, and stays.

use std::io;

use thalweg_model::{TopicPartition, Uuid};
use thalweg_partition_log::{DirectoryKind, PartitionDirectory};

use super::{LogDirectories, ServedDirectory};

/// The metadata's own log: no topic, and never a stray.
const METADATA: &str = "__cluster_metadata";

impl LogDirectories {
    /// Looks through every directory once everything the metadata has is open. `is_known`: the metadata has such a
    /// partition. A directory that cannot be listed is left to whoever needs it next.
    pub fn sweep(&self, is_known: impl Fn(&TopicPartition) -> bool, mut unique: impl FnMut() -> Uuid) {
        for directory in self.all().iter().filter(|directory| !directory.state.is_offline()) {
            let found = match directory.partitions_there() {
                Ok(found) => found,
                Err(error) => {
                    tracing::warn!(event = "not_swept", directory = %directory.state.path().display(), %error);
                    continue;
                }
            };
            for there in found {
                let is_topics = there.kind == DirectoryKind::Live && &*there.partition.topic != METADATA;
                if is_topics && !is_known(&there.partition) {
                    self.make_stray(directory, &there, unique());
                }
            }
        }
    }

    fn make_stray(&self, directory: &ServedDirectory, there: &PartitionDirectory, unique: Uuid) {
        let from = directory.state.path().join(&there.name);
        let renamed = PartitionDirectory::renamed(&there.partition, DirectoryKind::Stray, unique);
        let to = directory.state.path().join(renamed);
        let done: io::Result<()> = self.disk().rename(&from, &to);
        match done {
            Ok(()) => tracing::warn!(
                event = "stray_partition",
                path = %from.display(),
                kept_as = %to.display(),
                "no topic of this cluster has that partition; it is kept under a new name and may be removed"
            ),
            Err(error) => tracing::warn!(event = "stray_partition", path = %from.display(), %error),
        }
    }
}
