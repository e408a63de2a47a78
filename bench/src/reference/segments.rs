//! The reference loop's files: 32 MiB segments, three closed ones kept beside the active one, the oldest
//! deleted by a thread of lowest priority, the next one made ready ahead. So the page cache is recycled as
//! under a broker that has run for a day, at the same retention as the brokers beside it.

use std::collections::VecDeque;
use std::fs::{File, OpenOptions, remove_file};
use std::io::{self, IoSlice, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};

/// All partitions.
pub struct Log {
    pub partitions: Vec<Partition>,
}

/// One partition's active segment.
pub struct Partition {
    number: usize,
    active: Segment,
    /// Where the next write goes; ahead of it `placed` counts what this turn has gathered.
    written: u64,
    placed: u64,
    next_offset: u64,
    spare: Receiver<Segment>,
    janitor: Sender<(usize, PathBuf)>,
}

struct Segment {
    file: File,
    path: PathBuf,
}

const SEGMENT_BYTES: u64 = 32 << 20;
const CLOSED_KEPT: usize = 3;

impl Log {
    pub fn open(folder: &Path, partitions: usize) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let (janitor, work) = channel();
        let mut shelves = Vec::new();
        let partitions = (0..partitions)
            .map(|number| {
                let (shelf, spare) = channel();
                shelves.push(Shelf::new(folder.join(format!("p{number}")), shelf)?);
                let active = shelves[number].next_segment()?;
                shelves[number].stock()?;
                let janitor = janitor.clone();
                Ok(Partition { number, active, written: 0, placed: 0, next_offset: 0, spare, janitor })
            })
            .collect::<io::Result<_>>()?;
        std::thread::Builder::new().name("janitor".to_owned()).spawn(move || tidy_up(&mut shelves, &work))?;
        Ok(Self { partitions })
    }
}

impl Partition {
    /// Before a turn's first batch: the closed segment goes to the janitor, which made the next one ready.
    pub fn roll_if_full(&mut self) -> io::Result<()> {
        if self.written < SEGMENT_BYTES {
            return Ok(());
        }
        let next = self.spare.recv().map_err(io::Error::other)?;
        let closed = std::mem::replace(&mut self.active, next);
        (self.written, self.placed) = (0, 0);
        self.janitor.send((self.number, closed.path)).map_err(io::Error::other)
    }

    /// Gives a batch its offset and its place.
    pub fn place(&mut self, records: u64, bytes: u64) -> u64 {
        self.placed += bytes;
        self.next_offset += records;
        self.next_offset - records
    }

    /// One `pwritev` at the end of the segment.
    pub fn write(&mut self, slices: &[IoSlice<'_>]) -> io::Result<()> {
        let wanted: usize = slices.iter().map(|slice| slice.len()).sum();
        let count = match slices {
            [only] => rustix::io::pwrite(&self.active.file, only, self.written)?,
            many => rustix::io::pwritev(&self.active.file, many, self.written)?,
        };
        if count != wanted {
            return Err(io::ErrorKind::WriteZero.into());
        }
        self.written += count as u64;
        debug_assert!(self.written <= self.placed);
        Ok(())
    }
}

/// What the janitor keeps for one partition.
struct Shelf {
    folder: PathBuf,
    made: u64,
    closed: VecDeque<PathBuf>,
    spare: Sender<Segment>,
}

impl Shelf {
    fn new(folder: PathBuf, spare: Sender<Segment>) -> io::Result<Self> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder, made: 0, closed: VecDeque::new(), spare })
    }

    fn next_segment(&mut self) -> io::Result<Segment> {
        let path = self.folder.join(format!("{:020}.log", self.made));
        self.made += 1;
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&path)?;
        Ok(Segment { file, path })
    }

    fn stock(&mut self) -> io::Result<()> {
        let segment = self.next_segment()?;
        self.spare.send(segment).map_err(io::Error::other)
    }
}

fn tidy_up(shelves: &mut [Shelf], work: &Receiver<(usize, PathBuf)>) {
    // At the priority of the loop itself, deletion would show in its latency. A refusal costs only that.
    _ = rustix::process::setpriority_process(None, 19);
    for (number, closed) in work {
        let shelf = &mut shelves[number];
        if shelf.stock().is_err() {
            return;
        }
        shelf.closed.push_back(closed);
        while shelf.closed.len() > CLOSED_KEPT {
            if let Some(oldest) = shelf.closed.pop_front() {
                _ = remove_file(oldest);
            }
        }
    }
}

/// A file that fetches read.
pub struct ReadFile {
    pub file: File,
}

/// Files of so many bytes, which are then in the page cache. They are written in steps of a batch, as a log
/// is: the page cache keeps in one folio what one write put there, and `sendfile` costs per folio, so a file
/// written in even steps of 1 MiB would be twice as cheap to send.
pub fn read_files(folder: &Path, count: usize, bytes: u64, batch: usize) -> io::Result<Vec<ReadFile>> {
    (0..count)
        .map(|number| {
            let path = folder.join(format!("read-{number}"));
            let mut file =
                OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path)?;
            let chunk = vec![number as u8; batch.max(1)];
            for _ in 0..bytes.div_ceil(chunk.len() as u64) {
                file.write_all(&chunk)?;
            }
            Ok(ReadFile { file })
        })
        .collect()
}
