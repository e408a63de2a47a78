//! Checkpoint files in `__cluster_metadata-0`: `<20-digit end offset>-<10-digit epoch>.checkpoint`. The one named
//! 0-0 is the bootstrap (KIP-1170): what a new log begins with, never a snapshot of it.

use std::io;
use std::path::{Path, PathBuf};

use thalweg_platform::{Disk, EntryKind};

/// Which end of the log a checkpoint stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CheckpointId {
    /// First offset it does not cover.
    pub end_offset: i64,
    /// Epoch of the last record it covers.
    pub epoch: i32,
}

impl CheckpointId {
    /// The bootstrap checkpoint.
    pub const BOOTSTRAP: Self = Self { end_offset: 0, epoch: 0 };

    /// Its file in the metadata directory.
    pub fn path(self, metadata_dir: &Path) -> PathBuf {
        metadata_dir.join(format!("{:020}-{:010}{SUFFIX}", self.end_offset, self.epoch))
    }

    fn from_name(name: &str) -> Option<Self> {
        let (offset, epoch) = name.strip_suffix(SUFFIX)?.split_once('-')?;
        let digits =
            |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(offset, 20) || !digits(epoch, 10) {
            return None;
        }
        Some(Self { end_offset: offset.parse().ok()?, epoch: epoch.parse().ok()? })
    }
}

/// Every finished checkpoint, oldest first. Half-written ones of a process that died are removed.
pub fn list(disk: &dyn Disk, metadata_dir: &Path) -> io::Result<Vec<CheckpointId>> {
    let mut ids = Vec::new();
    for entry in disk.list(metadata_dir)? {
        if entry.kind != EntryKind::File {
            continue;
        }
        if let Some(id) = CheckpointId::from_name(&entry.name) {
            ids.push(id);
        } else if entry.name.contains(SUFFIX) {
            disk.remove_file(&metadata_dir.join(&entry.name))?;
        }
    }
    ids.sort_unstable();
    Ok(ids)
}

const SUFFIX: &str = ".checkpoint";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kafkas_and_nothing_else_is_taken_for_one() {
        let id = CheckpointId { end_offset: 130, epoch: 1 };
        let path = id.path(Path::new("d"));
        let name = path.file_name().unwrap().to_str().unwrap();
        assert_eq!(name, "00000000000000000130-0000000001.checkpoint");
        assert_eq!(CheckpointId::from_name(name), Some(id));
        assert_eq!(CheckpointId::from_name("00000000000000000130-0000000001.checkpoint.part"), None);
        assert_eq!(CheckpointId::from_name("130-1.checkpoint"), None);
        assert_eq!(CheckpointId::from_name("-0000000000000000130-0000000001.checkpoint"), None);
    }
}
