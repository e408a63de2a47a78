//! Files and directories, as the log needs them. Every call is direct and may block: *who* may call it
//! is the caller's rule. A worker calls only [`File::write_all_at`] on the active segment and
//! [`File::read_at`] on bytes known to be in the page cache; everything else belongs to the disk threads.
//!
//! Contract, which the simulator's disk breaks in every way it allows:
//! * Bytes written are visible to reads at once, and durable only after [`File::sync_data`] on that file.
//! * A created, renamed or removed name is durable only after [`Disk::sync_dir`] on its directory.
//! * After a failed sync nothing is known about the file: it is never synced again, its log directory goes
//!   offline.
//! * A write may be short; [`File::write_all_at`] goes on until done or until an error, and says how far
//!   it came.

use std::fmt;
use std::io::{self, IoSlice};
use std::os::fd::BorrowedFd;
use std::path::Path;
use std::sync::Arc;

/// How to open a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// Existing, for reading.
    Read,
    /// Existing, for reading and writing.
    ReadWrite,
    /// For reading and writing, made empty when it is not there.
    Create,
    /// For reading and writing; fails with `AlreadyExists` when it is there.
    CreateNew,
    /// For reading and writing, emptied when it is there.
    Truncate,
}

/// What a directory entry is. Anything that is neither file nor directory is `Other` and left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A link, a socket, a device.
    Other,
}

/// One name in a directory. Names that are not UTF-8 are left out of listings: none of ours is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name, without its directory.
    pub name: String,
    /// What it is, links not followed.
    pub kind: EntryKind,
}

/// What is known about a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// What it is, links followed.
    pub kind: EntryKind,
    /// Length in bytes.
    pub len: u64,
    /// Last modification, milliseconds since 1970.
    pub modified_ms: i64,
    /// The file's number in its file system.
    pub inode: u64,
}

/// Room on a file system, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// Still available to this process.
    pub free: u64,
    /// In all.
    pub total: u64,
}

/// A lock on a file, held until dropped; the system drops it when the process ends, however it ends.
pub trait DiskLock: Send + Sync + fmt::Debug {}

/// A file system.
pub trait Disk: Send + Sync + fmt::Debug {
    /// Opens a file. The name of a created file is durable only after [`Disk::sync_dir`].
    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn File>>;
    /// Makes a directory and those above it; existing ones are fine.
    fn create_dir_all(&self, path: &Path) -> io::Result<()>;
    /// Names in a directory, in no promised order.
    fn list(&self, path: &Path) -> io::Result<Vec<Entry>>;
    /// What is known about a path; `NotFound` when nothing is there.
    fn stat(&self, path: &Path) -> io::Result<Stat>;
    /// Renames a file or directory, replacing a file of that name atomically.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Removes a file.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty directory.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;
    /// Makes the names in a directory durable.
    fn sync_dir(&self, path: &Path) -> io::Result<()>;
    /// Room on the file system that holds `path`.
    fn space(&self, path: &Path) -> io::Result<Space>;
    /// Takes the POSIX record lock (`fcntl`, as a JVM takes it) on a file, made when it is not there;
    /// `WouldBlock` when another process has it.
    fn lock(&self, path: &Path) -> io::Result<Box<dyn DiskLock>>;

    /// A whole file, refused with `InvalidData` when longer than `limit` bytes.
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let file = self.open(path, Open::Read)?;
        let length = file.len()?;
        if length > limit {
            let why = format!("{} is {length} bytes long, more than the {limit} allowed", path.display());
            return Err(io::Error::new(io::ErrorKind::InvalidData, why));
        }
        let mut bytes = vec![0; usize::try_from(length).unwrap_or(0)];
        file.read_exact_at(&mut bytes, 0)?;
        Ok(bytes)
    }

    /// Replaces a file so that after a crash it is either the old one or the new one, whole: written under
    /// `<name>.tmp`, synced, renamed, directory synced. All four steps are needed: without the first
    /// sync the name can outlive its bytes, without the last the old file can come back.
    fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".tmp");
        let temporary = path.with_file_name(name);
        let file = self.open(&temporary, Open::Truncate)?;
        file.write_all_at(&mut [IoSlice::new(bytes)], 0).map_err(|failed| failed.error)?;
        file.sync_data()?;
        self.rename(&temporary, path)?;
        self.sync_dir(path.parent().unwrap_or(Path::new(".")))
    }
}

/// Whether an error is one of a process or a machine that has no descriptor left. Nothing was opened, so nothing is
/// known to be wrong with the disk, and it passes.
pub fn is_want_of_descriptors(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::EMFILE | libc::ENFILE))
}

/// A write that did not complete: `written` bytes from its start did reach the file.
#[derive(Debug)]
pub struct WriteFailed {
    /// Bytes that were written before the failure.
    pub written: u64,
    /// Why it stopped.
    pub error: io::Error,
}

/// An open file. Shared freely: every call names its own offset.
#[expect(clippy::len_without_is_empty, reason = "asking costs a system call; nobody asks only for emptiness")]
pub trait File: Send + Sync + fmt::Debug {
    /// Reads up to `bytes.len()` bytes; 0 at the end of the file.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes the slices one after the other, perhaps only a part of them (`pwritev`).
    fn write_at(&self, slices: &[IoSlice<'_>], offset: u64) -> io::Result<usize>;
    /// Length in bytes.
    fn len(&self) -> io::Result<u64>;
    /// Cuts or extends to this length; bytes gained are zero. Cutting to the present length gives back
    /// blocks that [`File::allocate`] took past the end.
    fn set_len(&self, length: u64) -> io::Result<()>;
    /// Makes the bytes, and the length, durable.
    fn sync_data(&self) -> io::Result<()>;
    /// Takes blocks ahead of the end without changing the length (`fallocate(KEEP_SIZE)`). A file system
    /// that cannot answers `Unsupported`; callers go on without.
    fn allocate(&self, offset: u64, length: u64) -> io::Result<()>;
    /// States when the file was last modified, milliseconds since 1970: for a file that takes another's place.
    fn set_modified(&self, modified_ms: i64) -> io::Result<()>;
    /// Asks the kernel to begin writing these bytes back without waiting for it
    /// (`sync_file_range(WRITE)`). Says nothing about durability.
    fn start_writeback(&self, offset: u64, length: u64) -> io::Result<()>;
    /// Whether the whole range is in the page cache, so that reading it cannot wait for the disk.
    fn is_resident(&self, offset: u64, length: u64) -> bool;
    /// The descriptor, where there is one: what `sendfile` takes.
    fn descriptor(&self) -> Option<BorrowedFd<'_>>;

    /// Fills the buffer or fails with `UnexpectedEof`.
    fn read_exact_at(&self, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.read_at(bytes, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => {
                    bytes = &mut bytes[count..];
                    offset += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes all slices, going on after short writes, at most 1,024 slices a call (`IOV_MAX`).
    fn write_all_at(&self, slices: &mut [IoSlice<'_>], offset: u64) -> Result<u64, WriteFailed> {
        const SLICES_PER_CALL: usize = 1024;
        let mut rest = slices;
        let mut written = 0;
        loop {
            while rest.first().is_some_and(|slice| slice.is_empty()) {
                rest = &mut rest[1..];
            }
            if rest.is_empty() {
                return Ok(written);
            }
            let gathered = rest.len().min(SLICES_PER_CALL);
            match self.write_at(&rest[..gathered], offset + written) {
                Ok(0) => return Err(WriteFailed { written, error: io::ErrorKind::WriteZero.into() }),
                Ok(count) => {
                    written += count as u64;
                    IoSlice::advance_slices(&mut rest, count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(WriteFailed { written, error }),
            }
        }
    }
}
