//! Files and directories of the operating system.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, IoSlice, IoSliceMut};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use rustix::fs::{FallocateFlags, FlockOperation, fallocate, fcntl_lock, fdatasync, statvfs};
use rustix::io::{Errno, ReadWriteFlags, preadv2, pwrite, pwritev};

use super::{clock::wall_ms, raw};
use crate::{Disk, DiskLock, Entry, EntryKind, File, Open, Space, Stat};

/// The machine's file systems.
#[derive(Debug, Default)]
pub struct OsDisk;

impl Disk for OsDisk {
    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn File>> {
        let mut options = fs::OpenOptions::new();
        options.read(true).write(how != Open::Read).mode(0o644);
        match how {
            Open::Read | Open::ReadWrite => {}
            Open::Create => _ = options.create(true).truncate(false),
            Open::CreateNew => _ = options.create_new(true),
            Open::Truncate => _ = options.create(true).truncate(true),
        }
        Ok(Arc::new(OsFile { file: options.open(path)? }))
    }

    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        fs::DirBuilder::new().recursive(true).mode(0o755).create(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(path)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            entries.push(Entry { name, kind: kind(entry.file_type()?) });
        }
        Ok(entries)
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        let metadata = fs::metadata(path)?;
        Ok(Stat {
            kind: kind(metadata.file_type()),
            len: metadata.len(),
            modified_ms: metadata.modified().map_or(0, wall_ms),
            inode: metadata.ino(),
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        // "" is how `Path::parent` names the working directory.
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        fs::File::open(path)?.sync_all()
    }

    fn space(&self, path: &Path) -> io::Result<Space> {
        let figures = statvfs(path)?;
        Ok(Space {
            free: figures.f_bavail.saturating_mul(figures.f_frsize),
            total: figures.f_blocks.saturating_mul(figures.f_frsize),
        })
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn DiskLock>> {
        OsLock::take(path)
    }
}

fn kind(file_type: fs::FileType) -> EntryKind {
    if file_type.is_file() {
        EntryKind::File
    } else if file_type.is_dir() {
        EntryKind::Directory
    } else {
        EntryKind::Other
    }
}

#[derive(Debug)]
struct OsFile {
    file: fs::File,
}

/// Slices one `pwritev` takes (`IOV_MAX`).
const SLICES_PER_CALL: usize = 1024;

impl File for OsFile {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        self.file.read_at(bytes, offset)
    }

    fn write_at(&self, slices: &[IoSlice<'_>], offset: u64) -> io::Result<usize> {
        // The single slice is by far the commonest, and `pwrite` skips the kernel's vector import.
        Ok(match slices {
            [only] => pwrite(&self.file, only, offset)?,
            many => pwritev(&self.file, &many[..many.len().min(SLICES_PER_CALL)], offset)?,
        })
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.file.set_len(length)
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(fdatasync(&self.file)?)
    }

    fn allocate(&self, offset: u64, length: u64) -> io::Result<()> {
        if length == 0 {
            return Ok(());
        }
        match fallocate(&self.file, FallocateFlags::KEEP_SIZE, offset, length) {
            Ok(()) => Ok(()),
            Err(Errno::OPNOTSUPP | Errno::NOSYS) => Err(io::ErrorKind::Unsupported.into()),
            Err(error) => Err(error.into()),
        }
    }

    fn set_modified(&self, modified_ms: i64) -> io::Result<()> {
        let since = Duration::from_millis(u64::try_from(modified_ms).unwrap_or(0));
        self.file.set_modified(UNIX_EPOCH + since)
    }

    fn start_writeback(&self, offset: u64, length: u64) -> io::Result<()> {
        // A length of zero would mean "to the end of the file".
        if length == 0 { Ok(()) } else { raw::start_writeback(self.file.as_fd(), offset, length) }
    }

    fn is_resident(&self, offset: u64, length: u64) -> bool {
        length == 0 || self.counted_resident(offset, length)
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        Some(self.file.as_fd())
    }
}

/// Set once `cachestat` turned out to be missing; from then on pages are probed one by one.
static CACHESTAT_MISSING: AtomicBool = AtomicBool::new(false);

impl OsFile {
    fn counted_resident(&self, offset: u64, length: u64) -> bool {
        if CACHESTAT_MISSING.load(Relaxed) {
            return self.probed_resident(offset, length);
        }
        let page = rustix::param::page_size() as u64;
        let pages = (offset + length).div_ceil(page) - offset / page;
        match raw::cached_pages(self.file.as_fd(), offset, length) {
            Ok(cached) => cached >= pages,
            Err(error) => {
                // EPERM (a file of another owner) and EOPNOTSUPP hold for this file only.
                if error.raw_os_error() == Some(libc::ENOSYS) {
                    CACHESTAT_MISSING.store(true, Relaxed);
                }
                self.probed_resident(offset, length)
            }
        }
    }

    /// One byte of each page, read with RWF_NOWAIT, which answers EAGAIN instead of waiting for the disk.
    /// A file system that does not know the flag gets the benefit of the doubt: the reader then waits.
    fn probed_resident(&self, offset: u64, length: u64) -> bool {
        let page = rustix::param::page_size() as u64;
        let mut at = offset;
        while at < offset + length {
            let mut byte = [0];
            match preadv2(&self.file, &mut [IoSliceMut::new(&mut byte)], at, ReadWriteFlags::NOWAIT) {
                Ok(1) => at = (at / page + 1) * page,
                // Past the end there is nothing to wait for.
                Ok(_) => return true,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return false,
                Err(_) => return true,
            }
        }
        true
    }
}

/// Files this process holds locks on, by device and inode. POSIX record locks belong to the process: a
/// second one in the same process would be granted, and *closing any descriptor of the file drops them
/// all*. So a file found here is not even opened.
static HELD: Mutex<BTreeSet<(u64, u64)>> = Mutex::new(BTreeSet::new());

#[derive(Debug)]
struct OsLock {
    file: Option<OwnedFd>,
    identity: (u64, u64),
}

impl OsLock {
    fn take(path: &Path) -> io::Result<Box<dyn DiskLock>> {
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        let path = std::path::absolute(path)?;
        if fs::metadata(&path).is_ok_and(|found| held.contains(&(found.dev(), found.ino()))) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let file = fs::OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o644)
            .open(path)?;
        match fcntl_lock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::AGAIN | Errno::ACCESS) => return Err(io::ErrorKind::WouldBlock.into()),
            Err(error) => return Err(error.into()),
        }
        let metadata = file.metadata()?;
        let identity = (metadata.dev(), metadata.ino());
        held.insert(identity);
        Ok(Box::new(Self { file: Some(file.into()), identity }))
    }
}

impl DiskLock for OsLock {}

impl Drop for OsLock {
    fn drop(&mut self) {
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        // Closing gives the lock back; under the table's mutex, so that a taker sees both or neither.
        drop(self.file.take());
        held.remove(&self.identity);
    }
}
