//! Names of a partition's files, and handles that open when they are first needed and can be closed again.
//! Ten thousand idle partitions hold no descriptor.

use std::io::{self, IoSlice};
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use parking_lot::RwLock;
use thalweg_platform::{Disk, File, Open};

/// Suffixes of the files named by an offset.
pub(crate) const LOG: &str = "log";
pub(crate) const OFFSET_INDEX: &str = "index";
pub(crate) const TIME_INDEX: &str = "timeindex";
pub(crate) const TXN_INDEX: &str = "txnindex";
pub(crate) const SNAPSHOT: &str = "snapshot";
/// Added to a file that has left the log and waits to be unlinked.
pub(crate) const DELETED: &str = ".deleted";
/// Added to the files of a segment that compaction is writing.
pub(crate) const CLEANED: &str = ".cleaned";
/// Added to the files of a compacted segment that is whole and takes the place of others.
pub(crate) const SWAP: &str = ".swap";

/// Where a partition lives. The directory's name can change (deletion renames it) under open handles.
#[derive(Debug)]
pub(crate) struct Files {
    pub disk: Arc<dyn Disk>,
    dir: RwLock<Arc<Path>>,
}

impl Files {
    pub fn new(disk: Arc<dyn Disk>, dir: &Path) -> Self {
        Self { disk, dir: RwLock::new(dir.into()) }
    }

    pub fn dir(&self) -> Arc<Path> {
        Arc::clone(&self.dir.read())
    }

    pub fn moved_to(&self, dir: &Path) {
        *self.dir.write() = dir.into();
    }

    pub fn path(&self, base_offset: i64, suffix: &str) -> PathBuf {
        self.dir.read().join(file_name(base_offset, suffix))
    }
}

/// `<20-digit offset>.<suffix>`
pub(crate) fn file_name(base_offset: i64, suffix: &str) -> String {
    format!("{base_offset:020}.{suffix}")
}

/// Takes `<20-digit offset>.<suffix>` apart.
pub(crate) fn parse_file_name(name: &str) -> Option<(i64, &str)> {
    let (digits, suffix) = name.split_once('.')?;
    if digits.len() != 20 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some((digits.parse().ok()?, suffix))
}

/// What an empty slice points at: a reader that waits at the end of an idle log opens nothing.
#[derive(Debug)]
struct NoFile;

impl File for NoFile {
    fn read_at(&self, _: &mut [u8], _: u64) -> io::Result<usize> {
        Ok(0)
    }

    fn write_at(&self, _: &[IoSlice<'_>], _: u64) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn len(&self) -> io::Result<u64> {
        Ok(0)
    }

    fn set_len(&self, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn allocate(&self, _: u64, _: u64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn set_modified(&self, _: i64) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn start_writeback(&self, _: u64, _: u64) -> io::Result<()> {
        Ok(())
    }

    fn is_resident(&self, _: u64, _: u64) -> bool {
        true
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

/// The file of every empty slice.
pub(crate) fn no_file() -> Arc<dyn File> {
    static NO_FILE: LazyLock<Arc<dyn File>> = LazyLock::new(|| Arc::new(NoFile));
    Arc::clone(&NO_FILE)
}

/// A file that is opened at its first use.
#[derive(Debug, Default)]
pub(crate) struct Lazy(RwLock<Handle>);

#[derive(Debug, Default)]
enum Handle {
    #[default]
    Closed,
    Open(Arc<dyn File>),
    /// The name belongs to another file now.
    Retired,
}

impl Lazy {
    pub fn opened(file: Arc<dyn File>) -> Self {
        Self(RwLock::new(Handle::Open(file)))
    }

    /// The handle if it is open.
    pub fn present(&self) -> Option<Arc<dyn File>> {
        match &*self.0.read() {
            Handle::Open(file) => Some(Arc::clone(file)),
            Handle::Closed | Handle::Retired => None,
        }
    }

    /// The handle, opened as asked when it is not open yet.
    pub fn get(&self, files: &Files, base_offset: i64, suffix: &str, how: Open) -> io::Result<Arc<dyn File>> {
        if let Some(file) = self.present() {
            return Ok(file);
        }
        let mut slot = self.0.write();
        match &*slot {
            Handle::Open(file) => return Ok(Arc::clone(file)),
            Handle::Retired => return Err(io::ErrorKind::NotFound.into()),
            Handle::Closed => {}
        }
        let file = files.disk.open(&files.path(base_offset, suffix), how)?;
        *slot = Handle::Open(Arc::clone(&file));
        Ok(file)
    }

    pub fn set(&self, file: Arc<dyn File>) {
        *self.0.write() = Handle::Open(file);
    }

    /// Lets the handle go; whoever still holds a clone keeps the file open.
    pub fn close(&self) {
        if self.present().is_some() {
            *self.0.write() = Handle::Closed;
        }
    }

    /// Lets the handle go for good: from now on whoever asks is told that the file is gone, even where another
    /// takes its name.
    pub fn retire(&self) {
        *self.0.write() = Handle::Retired;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kafkas_and_read_back() {
        assert_eq!(file_name(368_769, LOG), "00000000000000368769.log");
        assert_eq!(parse_file_name("00000000000000368769.log"), Some((368_769, "log")));
        assert_eq!(parse_file_name("00000000000000000000.log.deleted"), Some((0, "log.deleted")));
        assert_eq!(parse_file_name("0.log"), None);
        assert_eq!(parse_file_name("99999999999999999999.log"), None);
        assert_eq!(parse_file_name("leader-epoch-checkpoint"), None);
    }
}
