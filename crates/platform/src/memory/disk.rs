//! The memory disk: handles, locks and faults over a [`Tree`].

use std::collections::BTreeSet;
use std::io::{self, IoSlice};
use std::os::fd::BorrowedFd;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard};

use rustix::io::Errno;

use super::faults::{Counts, Faults};
use super::lock;
use super::torn;
use super::tree::{Contents, Inode, Tree};
use crate::{Clock, Disk, DiskLock, Entry, EntryKind, File, Open, Space, Stat};

/// A file system in memory. Clones are the same disk.
#[derive(Clone, Debug)]
pub struct MemoryDisk {
    shared: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    tree: Tree,
    faults: Faults,
    counts: Counts,
    locked: BTreeSet<u64>,
    /// Raised by each crash; a handle from before one answers EIO, as its process is no more.
    life: u64,
    total: u64,
    clock: Option<Arc<dyn Clock>>,
}

impl State {
    fn now_ms(&self) -> i64 {
        self.clock.as_ref().map_or(0, |clock| clock.now().wall_ms)
    }
}

/// Size of the file system unless told otherwise.
const TOTAL: u64 = 1 << 40;

impl MemoryDisk {
    /// An empty disk of 1 TiB, on which every file was last modified in 1970.
    #[must_use]
    pub fn new() -> Self {
        Self::make(None)
    }

    /// An empty disk whose modification times come from this clock.
    #[must_use]
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self::make(Some(clock))
    }

    fn make(clock: Option<Arc<dyn Clock>>) -> Self {
        let state = State {
            tree: Tree::new(),
            faults: Faults::default(),
            counts: Counts::default(),
            locked: BTreeSet::new(),
            life: 0,
            total: TOTAL,
            clock,
        };
        Self { shared: Arc::new(Mutex::new(state)) }
    }

    /// Cuts the power and starts again: only synced bytes under synced names remain, locks are free, and
    /// every open handle answers EIO from now on.
    pub fn crash(&self) {
        let mut state = lock(&self.shared);
        state.life += 1;
        state.locked.clear();
        state.tree.crash();
    }

    /// The process ends without a word: locks are free and every open handle answers EIO from now on, but what was
    /// written is there.
    pub fn kill_process(&self) {
        let mut state = lock(&self.shared);
        state.life += 1;
        state.locked.clear();
        let State { tree, .. } = &mut *state;
        tree.forget_handles();
    }

    /// A power cut on a real disk: of what was not synced, any subset of pages, torn ones among them, and of names may
    /// have been written. `draw` gives the random numbers that decide.
    pub fn crash_torn(&self, draw: &mut dyn FnMut() -> u64) {
        torn::settle(&mut lock(&self.shared).tree, draw);
        self.crash();
    }

    /// ENOSPC once `bytes` more have been written; the write that meets the end is short.
    pub fn fail_space_after(&self, bytes: u64) {
        lock(&self.shared).faults.space_left = Some(bytes);
    }

    /// EIO on every write after the next `writes` ones.
    pub fn fail_writes_after(&self, writes: u64) {
        lock(&self.shared).faults.write_fails_in = Some(writes);
    }

    /// EIO on every `sync_data` after the next `syncs` ones. A failed sync makes nothing durable.
    pub fn fail_syncs_after(&self, syncs: u64) {
        lock(&self.shared).faults.sync_fails_in = Some(syncs);
    }

    /// Writes store at most this many bytes a call.
    pub fn write_at_most(&self, bytes: u64) {
        lock(&self.shared).faults.write_at_most = Some(bytes.max(1));
    }

    /// What `is_resident` answers: files too large for the page cache are not.
    pub fn set_resident(&self, resident: bool) {
        lock(&self.shared).faults.not_resident = !resident;
    }

    /// From now on the faults of writing and syncing befall only files opened under this directory: one disk of
    /// several that breaks.
    pub fn break_only(&self, directory: &Path) {
        lock(&self.shared).faults.only_under = Some(directory.to_owned());
    }

    /// Ends all faults.
    pub fn heal(&self) {
        lock(&self.shared).faults = Faults::default();
    }

    /// What was called so far: a test of "one write per partition and turn" reads it twice.
    #[must_use]
    pub fn counts(&self) -> Counts {
        lock(&self.shared).counts
    }
}

impl Default for MemoryDisk {
    fn default() -> Self {
        Self::new()
    }
}

impl Disk for MemoryDisk {
    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn File>> {
        let mut state = lock(&self.shared);
        let now_ms = state.now_ms();
        let inode = match (state.tree.find(path), how) {
            (Ok(_), Open::CreateNew) => return Err(io::ErrorKind::AlreadyExists.into()),
            (Ok(inode), _) => inode,
            (Err(error), Open::Create | Open::CreateNew | Open::Truncate)
                if error.kind() == io::ErrorKind::NotFound =>
            {
                let (directory, name) = state.tree.place(path)?;
                state.tree.make(directory, name, Inode::File(Contents::new(now_ms)))?
            }
            (Err(error), _) => return Err(error),
        };
        let life = state.life;
        let contents = state.tree.contents_mut(inode)?;
        if how == Open::Truncate {
            contents.set_len(0, now_ms);
        }
        state.tree.take(inode);
        let shared = self.shared.clone();
        let path = path.to_owned();
        Ok(Arc::new(MemoryFile { shared, inode, path, life, writable: how != Open::Read }))
    }

    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        lock(&self.shared).tree.make_dirs(path)
    }

    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        let state = lock(&self.shared);
        let names = state.tree.names(state.tree.find(path)?)?;
        Ok(names
            .iter()
            .map(|(name, &inode)| Entry { name: name.clone(), kind: state.tree.kind(inode) })
            .collect())
    }

    fn stat(&self, path: &Path) -> io::Result<Stat> {
        let state = lock(&self.shared);
        let inode = state.tree.find(path)?;
        let kind = state.tree.kind(inode);
        let (len, modified_ms) = match state.tree.contents(inode) {
            Ok(contents) => (contents.live.len() as u64, contents.modified_ms),
            Err(_) => (0, 0),
        };
        Ok(Stat { kind, len, modified_ms, inode })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut state = lock(&self.shared);
        let tree = &mut state.tree;
        let (from_directory, from_name) = tree.place(from)?;
        let (to_directory, to_name) = tree.place(to)?;
        let moved = *tree.names(from_directory)?.get(from_name).ok_or(io::ErrorKind::NotFound)?;
        if tree.kind(moved) == EntryKind::Directory && to.starts_with(from) && to != from {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        if let Some(&replaced) = tree.names(to_directory)?.get(to_name) {
            match (tree.kind(moved), tree.kind(replaced)) {
                (EntryKind::File, EntryKind::Directory) => return Err(io::ErrorKind::IsADirectory.into()),
                (EntryKind::Directory, EntryKind::File) => return Err(io::ErrorKind::NotADirectory.into()),
                (EntryKind::Directory, _) if replaced != moved && !tree.names(replaced)?.is_empty() => {
                    return Err(io::ErrorKind::DirectoryNotEmpty.into());
                }
                _ => {}
            }
        }
        // Named anew before the old name ends, so that it is in use throughout.
        tree.take(moved);
        tree.unname(from_directory, from_name)?;
        tree.name(to_directory, to_name, moved)?;
        tree.give_back(moved);
        Ok(())
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        let mut state = lock(&self.shared);
        let (directory, name) = state.tree.place(path)?;
        let inode = state.tree.find(path)?;
        state.tree.contents(inode)?;
        state.tree.unname(directory, name)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = lock(&self.shared);
        let (directory, name) = state.tree.place(path)?;
        let inode = state.tree.find(path)?;
        if !state.tree.names(inode)?.is_empty() {
            return Err(io::ErrorKind::DirectoryNotEmpty.into());
        }
        state.tree.unname(directory, name)
    }

    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        let mut state = lock(&self.shared);
        let inode = state.tree.find(path)?;
        state.tree.sync_dir(inode)
    }

    fn space(&self, path: &Path) -> io::Result<Space> {
        let state = lock(&self.shared);
        state.tree.find(path)?;
        let free = state.total.saturating_sub(state.tree.used());
        Ok(Space { free: free.min(state.faults.space_left.unwrap_or(u64::MAX)), total: state.total })
    }

    fn lock(&self, path: &Path) -> io::Result<Box<dyn DiskLock>> {
        // The handle goes at once: unlike POSIX, a lock here is not tied to descriptors.
        self.open(path, Open::Create)?;
        let mut state = lock(&self.shared);
        let inode = state.tree.find(path)?;
        if !state.locked.insert(inode) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Box::new(MemoryLock { shared: self.shared.clone(), inode, life: state.life }))
    }
}

#[derive(Debug)]
struct MemoryLock {
    shared: Arc<Mutex<State>>,
    inode: u64,
    life: u64,
}

impl DiskLock for MemoryLock {}

impl Drop for MemoryLock {
    fn drop(&mut self) {
        let mut state = lock(&self.shared);
        if state.life == self.life {
            state.locked.remove(&self.inode);
        }
    }
}

#[derive(Debug)]
struct MemoryFile {
    shared: Arc<Mutex<State>>,
    inode: u64,
    /// What it was opened by; it may have another name by now.
    path: PathBuf,
    life: u64,
    writable: bool,
}

impl MemoryFile {
    fn state(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = lock(&self.shared);
        if state.life == self.life { Ok(state) } else { Err(Errno::IO.into()) }
    }

    fn writable(&self) -> io::Result<MutexGuard<'_, State>> {
        let state = self.state()?;
        if self.writable { Ok(state) } else { Err(Errno::BADF.into()) }
    }
}

impl File for MemoryFile {
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut state = self.state()?;
        state.counts.reads += 1;
        let live = &state.tree.contents(self.inode)?.live;
        let from = index(offset)?.min(live.len());
        let count = bytes.len().min(live.len() - from);
        bytes[..count].copy_from_slice(&live[from..from + count]);
        Ok(count)
    }

    fn write_at(&self, slices: &[IoSlice<'_>], offset: u64) -> io::Result<usize> {
        let mut state = self.writable()?;
        let state = &mut *state;
        state.counts.writes += 1;
        let wanted = slices.iter().map(|slice| slice.len() as u64).sum();
        let now_ms = state.now_ms();
        let mut granted = index(state.faults.write(&self.path, wanted)?)?;
        let contents = state.tree.contents_mut(self.inode)?;
        let mut at = index(offset)?;
        let begin = at;
        for slice in slices {
            let part = &slice[..slice.len().min(granted)];
            if !part.is_empty() {
                contents.write(part, at, now_ms);
            }
            at += part.len();
            granted -= part.len();
        }
        state.counts.bytes_written += (at - begin) as u64;
        Ok(at - begin)
    }

    fn len(&self) -> io::Result<u64> {
        Ok(self.state()?.tree.contents(self.inode)?.live.len() as u64)
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut state = self.writable()?;
        let now_ms = state.now_ms();
        state.tree.contents_mut(self.inode)?.set_len(index(length)?, now_ms);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.state()?;
        state.counts.syncs += 1;
        state.faults.sync(&self.path)?;
        state.tree.contents_mut(self.inode)?.sync();
        Ok(())
    }

    fn allocate(&self, _offset: u64, length: u64) -> io::Result<()> {
        // Blocks have no image of their own here; only running out of them shows.
        let state = self.writable()?;
        let left = state.faults.space_for(&self.path);
        if length > left { Err(Errno::NOSPC.into()) } else { Ok(()) }
    }

    fn set_modified(&self, modified_ms: i64) -> io::Result<()> {
        self.writable()?.tree.contents_mut(self.inode)?.modified_ms = modified_ms;
        Ok(())
    }

    fn start_writeback(&self, _offset: u64, _length: u64) -> io::Result<()> {
        self.writable().map(drop)
    }

    fn is_resident(&self, _offset: u64, length: u64) -> bool {
        length == 0 || !lock(&self.shared).faults.not_resident
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        None
    }
}

impl Drop for MemoryFile {
    fn drop(&mut self) {
        let mut state = lock(&self.shared);
        // A crash already took every handle's claim away.
        if state.life == self.life {
            state.tree.give_back(self.inode);
        }
    }
}

fn index(value: u64) -> io::Result<usize> {
    // `isize::MAX` bounds every allocation; beyond it a real disk answers EFBIG.
    if value > isize::MAX as u64 { Err(Errno::FBIG.into()) } else { Ok(value as usize) }
}
