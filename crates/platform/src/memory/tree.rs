//! The memory disk's inodes: every directory and file has a live image and a durable one, and a crash puts
//! the durable one in the live one's place. Knows no handles, no faults, no locks.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Component, Path};

use crate::EntryKind;

/// Names to inode numbers.
type Names = BTreeMap<String, u64>;

pub(super) const ROOT: u64 = 1;

#[derive(Debug)]
pub(super) struct Tree {
    inodes: BTreeMap<u64, Inode>,
    /// Per inode: live names, durable names and open handles that lead to it. At zero it is forgotten.
    uses: BTreeMap<u64, u64>,
    next_inode: u64,
}

#[derive(Debug)]
pub(super) enum Inode {
    Directory { live: Names, durable: Names },
    File(Contents),
}

/// A file's bytes, twice.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub live: Vec<u8>,
    durable: Vec<u8>,
    /// Ranges of `live` that may differ from `durable`.
    dirty: Vec<Range<usize>>,
    pub modified_ms: i64,
}

impl Contents {
    pub fn new(now_ms: i64) -> Self {
        Self { modified_ms: now_ms, ..Self::default() }
    }

    /// Stores bytes; a gap before them reads as zero.
    pub fn write(&mut self, bytes: &[u8], offset: usize, now_ms: i64) {
        let end = offset + bytes.len();
        let old = self.live.len();
        if old < end {
            self.live.resize(end, 0);
        }
        self.live[offset..end].copy_from_slice(bytes);
        self.soil(offset.min(old)..end, now_ms);
    }

    pub fn set_len(&mut self, length: usize, now_ms: i64) {
        let old = self.live.len();
        self.live.resize(length, 0);
        self.soil(old.min(length)..old.max(length), now_ms);
    }

    pub fn sync(&mut self) {
        self.durable.resize(self.live.len(), 0);
        for range in self.dirty.drain(..) {
            let range = range.start.min(self.live.len())..range.end.min(self.live.len());
            self.durable[range.clone()].copy_from_slice(&self.live[range]);
        }
    }

    /// What a crash would leave.
    pub fn durable(&self) -> &[u8] {
        &self.durable
    }

    /// Ranges whose bytes may differ from the durable ones.
    pub fn dirty(&self) -> &[Range<usize>] {
        &self.dirty
    }

    /// A crash left these bytes.
    pub fn become_durable(&mut self, bytes: Vec<u8>) {
        self.durable = bytes;
    }

    fn soil(&mut self, range: Range<usize>, now_ms: i64) {
        self.modified_ms = now_ms;
        // Appends are the common case and stay one range.
        match self.dirty.last_mut() {
            Some(last) if last.start <= range.start && range.start <= last.end => {
                last.end = last.end.max(range.end);
            }
            _ => self.dirty.push(range),
        }
    }
}

impl Tree {
    pub fn new() -> Self {
        let root = Inode::Directory { live: Names::new(), durable: Names::new() };
        // The root is used by itself.
        Self {
            inodes: BTreeMap::from([(ROOT, root)]),
            uses: BTreeMap::from([(ROOT, 1)]),
            next_inode: ROOT + 1,
        }
    }

    pub fn find(&self, path: &Path) -> io::Result<u64> {
        let mut at = ROOT;
        for name in names(path)? {
            at = *self.names(at)?.get(name).ok_or(io::ErrorKind::NotFound)?;
        }
        Ok(at)
    }

    /// The directory a path's last name is in, and that name.
    pub fn place<'p>(&self, path: &'p Path) -> io::Result<(u64, &'p str)> {
        let mut names = names(path)?;
        let name = names.pop().ok_or(io::ErrorKind::InvalidInput)?;
        let mut at = ROOT;
        for name in names {
            at = *self.names(at)?.get(name).ok_or(io::ErrorKind::NotFound)?;
        }
        self.names(at)?;
        Ok((at, name))
    }

    pub fn names(&self, inode: u64) -> io::Result<&Names> {
        match self.inodes.get(&inode) {
            Some(Inode::Directory { live, .. }) => Ok(live),
            Some(Inode::File(_)) => Err(io::ErrorKind::NotADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn names_mut(&mut self, inode: u64) -> io::Result<&mut Names> {
        match self.inodes.get_mut(&inode) {
            Some(Inode::Directory { live, .. }) => Ok(live),
            Some(Inode::File(_)) => Err(io::ErrorKind::NotADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Gives an inode a live name, taking it from whatever had it.
    pub fn name(&mut self, directory: u64, name: &str, inode: u64) -> io::Result<()> {
        let replaced = self.names_mut(directory)?.insert(name.to_owned(), inode);
        self.take(inode);
        if let Some(replaced) = replaced {
            self.give_back(replaced);
        }
        Ok(())
    }

    /// Ends a live name.
    pub fn unname(&mut self, directory: u64, name: &str) -> io::Result<()> {
        if let Some(inode) = self.names_mut(directory)?.remove(name) {
            self.give_back(inode);
        }
        Ok(())
    }

    /// One more name or handle leads to this inode.
    pub fn take(&mut self, inode: u64) {
        *self.uses.entry(inode).or_default() += 1;
    }

    /// One name or handle fewer.
    pub fn give_back(&mut self, inode: u64) {
        let Some(uses) = self.uses.get_mut(&inode) else { return };
        *uses -= 1;
        if *uses == 0 {
            self.uses.remove(&inode);
            if let Some(Inode::Directory { live, durable }) = self.inodes.remove(&inode) {
                for below in live.values().chain(durable.values()) {
                    self.give_back(*below);
                }
            }
        }
    }

    pub fn contents(&self, inode: u64) -> io::Result<&Contents> {
        match self.inodes.get(&inode) {
            Some(Inode::File(contents)) => Ok(contents),
            Some(Inode::Directory { .. }) => Err(io::ErrorKind::IsADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    pub fn contents_mut(&mut self, inode: u64) -> io::Result<&mut Contents> {
        match self.inodes.get_mut(&inode) {
            Some(Inode::File(contents)) => Ok(contents),
            Some(Inode::Directory { .. }) => Err(io::ErrorKind::IsADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    pub fn kind(&self, inode: u64) -> EntryKind {
        match self.inodes.get(&inode) {
            Some(Inode::File(_)) => EntryKind::File,
            Some(Inode::Directory { .. }) => EntryKind::Directory,
            None => EntryKind::Other,
        }
    }

    /// Makes an inode and its live name; the name is not durable.
    pub fn make(&mut self, directory: u64, name: &str, inode: Inode) -> io::Result<u64> {
        let number = self.next_inode;
        self.name(directory, name, number)?;
        self.inodes.insert(number, inode);
        self.next_inode += 1;
        Ok(number)
    }

    pub fn make_dirs(&mut self, path: &Path) -> io::Result<()> {
        let mut at = ROOT;
        for name in names(path)? {
            at = match self.names(at)?.get(name) {
                Some(&below) => below,
                None => {
                    let empty = Inode::Directory { live: Names::new(), durable: Names::new() };
                    self.make(at, name, empty)?
                }
            };
        }
        self.names(at).map(drop)
    }

    pub fn sync_dir(&mut self, inode: u64) -> io::Result<()> {
        let Some(Inode::Directory { live, durable }) = self.inodes.get_mut(&inode) else {
            return Err(io::ErrorKind::NotADirectory.into());
        };
        let now = live.clone();
        let before = std::mem::replace(durable, now.clone());
        for &inode in now.values() {
            self.take(inode);
        }
        for &inode in before.values() {
            self.give_back(inode);
        }
        Ok(())
    }

    /// Every inode, in the order they were made.
    pub fn inodes_mut(&mut self) -> impl Iterator<Item = &mut Inode> {
        self.inodes.values_mut()
    }

    /// Power is cut: what was not synced is gone.
    pub fn crash(&mut self) {
        for inode in self.inodes.values_mut() {
            match inode {
                Inode::Directory { live, durable } => live.clone_from(durable),
                Inode::File(contents) => {
                    contents.live.clone_from(&contents.durable);
                    contents.dirty.clear();
                }
            }
        }
        self.forget_handles();
    }

    /// No handle is open any more: only names lead to inodes.
    pub fn forget_handles(&mut self) {
        let mut uses = BTreeMap::from([(ROOT, 1)]);
        let mut ahead = vec![ROOT];
        while let Some(at) = ahead.pop() {
            if let Some(Inode::Directory { live, durable }) = self.inodes.get(&at) {
                for &below in live.values().chain(durable.values()) {
                    let count = uses.entry(below).or_default();
                    *count += 1;
                    if *count == 1 {
                        ahead.push(below);
                    }
                }
            }
        }
        self.inodes.retain(|inode, _| uses.contains_key(inode));
        self.uses = uses;
    }

    pub fn used(&self) -> u64 {
        let length = |inode: &Inode| match inode {
            Inode::File(contents) => contents.live.len() as u64,
            Inode::Directory { .. } => 0,
        };
        self.inodes.values().map(length).sum()
    }
}

/// A path's names. Absolute and relative paths name the same files; `..` is refused.
fn names(path: &Path) -> io::Result<Vec<&str>> {
    let mut names = Vec::new();
    for component in path.components() {
        match component {
            Component::RootDir | Component::CurDir => {}
            Component::Normal(name) => names.push(name.to_str().ok_or(io::ErrorKind::InvalidInput)?),
            Component::ParentDir | Component::Prefix(_) => return Err(io::ErrorKind::InvalidInput.into()),
        }
    }
    Ok(names)
}
