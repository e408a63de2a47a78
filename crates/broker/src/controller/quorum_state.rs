//! `quorum-state`: what a voter must remember of elections. JSON, `data_version` 1 with `kraft.version` 1, 0
//! before that. A quorum of one votes for itself, so only the epoch matters.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use thalweg_model::Uuid;
use thalweg_platform::Disk;

/// What the file says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QuorumState {
    /// The newest epoch this voter has seen.
    pub leader_epoch: i32,
}

impl QuorumState {
    /// Reads the file; `None` when there is none.
    pub fn read(disk: &dyn Disk, metadata_dir: &Path) -> io::Result<Option<Self>> {
        let bytes = match disk.read(&path(metadata_dir), SIZE_MAX) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let invalid = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
        let value: Value = serde_json::from_slice(&bytes).map_err(|error| invalid(error.to_string()))?;
        match value.get("data_version").and_then(Value::as_i64) {
            Some(0 | 1) => {}
            other => return Err(invalid(format!("data_version {other:?} is not one this build knows"))),
        }
        let epoch = value.get("leaderEpoch").and_then(Value::as_i64);
        let leader_epoch = epoch
            .and_then(|epoch| i32::try_from(epoch).ok())
            .filter(|epoch| *epoch >= 0)
            .ok_or_else(|| invalid("leaderEpoch is missing".to_owned()))?;
        Ok(Some(Self { leader_epoch }))
    }

    /// Writes the file for a node that leads its own quorum in this epoch. Must be durable before the first
    /// record of the epoch.
    pub fn write(
        self,
        disk: &dyn Disk,
        metadata_dir: &Path,
        node_id: i32,
        kraft_version: i16,
    ) -> io::Result<()> {
        let value = if kraft_version >= 1 {
            json!({
                "leaderId": node_id,
                "leaderEpoch": self.leader_epoch,
                "votedId": -1,
                "votedDirectoryId": Uuid::ZERO.to_string(),
                "data_version": 1,
            })
        } else {
            json!({
                "clusterId": "",
                "leaderId": node_id,
                "leaderEpoch": self.leader_epoch,
                "votedId": -1,
                "appliedOffset": 0,
                "currentVoters": [{ "voterId": node_id }],
                "data_version": 0,
            })
        };
        disk.replace(&path(metadata_dir), value.to_string().as_bytes())
    }
}

fn path(metadata_dir: &Path) -> PathBuf {
    metadata_dir.join("quorum-state")
}

/// Far more than any such file has.
const SIZE_MAX: u64 = 64 << 10;
