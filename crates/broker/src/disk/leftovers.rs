//! What earlier runs left in the log directories: partitions of topics that were deleted while this node was down, or
//! whose files it had no time to unlink. Nothing is deleted that was not marked for it before: a directory nobody
//! asks for is renamed `-stray`, as Kafka does, and stays.

use std::io;

use thalweg_model::{TopicPartition, Uuid};
use thalweg_partition_log::{DirectoryKind, PartitionDirectory};

use super::directories::Buried;
use super::{LogDirectories, ServedDirectory};

/// The metadata's own log: no topic, and never a stray.
const METADATA: &str = "__cluster_metadata";

impl LogDirectories {
    /// Looks through every directory once everything the metadata has is open. `is_known`: the metadata has such a
    /// partition. A directory that cannot be listed is left to whoever needs it next.
    pub fn sweep(
        &self,
        is_known: impl Fn(&TopicPartition) -> bool,
        mut unique: impl FnMut() -> Uuid,
        delete_delay_ms: i64,
    ) {
        for directory in self.all().iter().filter(|directory| !directory.state.is_offline()) {
            let found = match directory.partitions_there() {
                Ok(found) => found,
                Err(error) => {
                    tracing::warn!(event = "not_swept", directory = %directory.state.path().display(), %error);
                    continue;
                }
            };
            for there in found {
                match there.kind {
                    DirectoryKind::Delete => self.bury_directory(Buried {
                        path: directory.state.path().join(&there.name),
                        is_directory: true,
                        delay_ms: delete_delay_ms,
                    }),
                    DirectoryKind::Live
                        if !is_known(&there.partition) && &*there.partition.topic != METADATA =>
                    {
                        self.make_stray(directory, &there, unique());
                    }
                    // One moves here from elsewhere, which this node does not do; a stray is for its owner to look at.
                    DirectoryKind::Live | DirectoryKind::Future | DirectoryKind::Stray => {}
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
