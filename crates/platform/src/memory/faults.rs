//! What a memory disk was told to get wrong, and what it counted. Decides per call whether it fails.

use std::io;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

/// Calls since the disk was made; a crash does not reset them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls of `write_at`, failed ones included.
    pub writes: u64,
    /// Bytes those calls stored.
    pub bytes_written: u64,
    /// Calls of `sync_data`, failed ones included.
    pub syncs: u64,
    /// Calls of `read_at`.
    pub reads: u64,
}

/// Pending faults. Each counts down on its own.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub space_left: Option<u64>,
    pub write_fails_in: Option<u64>,
    pub sync_fails_in: Option<u64>,
    pub write_at_most: Option<u64>,
    pub not_resident: bool,
    /// Where the disk is broken; everywhere unless told.
    pub only_under: Option<PathBuf>,
}

impl Faults {
    /// How many of `wanted` bytes this write stores; an error stores none.
    pub fn write(&mut self, path: &Path, wanted: u64) -> io::Result<u64> {
        if !self.befalls(path) {
            return Ok(wanted);
        }
        countdown(&mut self.write_fails_in)?;
        let mut granted = wanted.min(self.write_at_most.unwrap_or(u64::MAX));
        if let Some(left) = &mut self.space_left {
            if *left == 0 && wanted > 0 {
                return Err(Errno::NOSPC.into());
            }
            granted = granted.min(*left);
            *left -= granted;
        }
        Ok(granted)
    }

    pub fn sync(&mut self, path: &Path) -> io::Result<()> {
        if self.befalls(path) { countdown(&mut self.sync_fails_in) } else { Ok(()) }
    }

    /// Bytes that may still be written there.
    pub fn space_for(&self, path: &Path) -> u64 {
        self.space_left.filter(|_| self.befalls(path)).unwrap_or(u64::MAX)
    }

    fn befalls(&self, path: &Path) -> bool {
        self.only_under.as_ref().is_none_or(|broken| path.starts_with(broken))
    }
}

/// Fails on the call that finds zero, and on every one after it: a bad disk stays bad until healed.
fn countdown(calls_left: &mut Option<u64>) -> io::Result<()> {
    match calls_left {
        Some(0) => Err(Errno::IO.into()),
        Some(left) => {
            *left -= 1;
            Ok(())
        }
        None => Ok(()),
    }
}
