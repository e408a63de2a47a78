//! Walks the batches of a log file: by headers alone, to find an offset's place, or whole, to check and replay
//! them. Reads bytes that a crash may have left in any state: a batch that makes no sense ends the walk, and
//! the caller decides what that means.

use std::io;

use thalweg_platform::File;
use thalweg_records::{MAGIC_V2, peek};

/// Bytes of a header that say where a batch is and where it ends.
const GLANCE: usize = 27;
/// Read at once while walking headers: about what lies between two index entries.
const WINDOW: usize = 4096;
/// Read at once while checking whole batches.
const CHUNK: usize = 1 << 20;

/// Where a batch lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BatchAt {
    pub position: u32,
    pub size: u32,
    pub base_offset: i64,
    pub last_offset: i64,
}

impl BatchAt {
    pub fn end(&self) -> u32 {
        self.position + self.size
    }

    /// Reads a header. `None`: no batch, or one that does not end within `limit` bytes of the file.
    fn read(bytes: &[u8], position: u32, limit: u32) -> Option<Self> {
        let glance = peek(bytes)?;
        let size = u32::try_from(glance.total_size).ok()?;
        if position.checked_add(size)? > limit {
            return None;
        }
        let base_offset = glance.base_offset.0;
        let last_offset = if glance.magic >= MAGIC_V2 {
            let delta = i32::from_be_bytes(*bytes.get(23..GLANCE)?.first_chunk()?);
            base_offset.checked_add(i64::from(delta))?
        } else {
            // Magic 0 and 1: the field is the offset of the message, or of the last one inside a wrapper.
            base_offset
        };
        (base_offset >= 0 && last_offset >= base_offset).then_some(Self {
            position,
            size,
            base_offset,
            last_offset,
        })
    }
}

/// Walks headers in `[from, limit)`.
pub(crate) struct HeaderWalk<'a> {
    file: &'a dyn File,
    next: u32,
    limit: u32,
    window: [u8; WINDOW],
    /// What part of the file `window` holds.
    start: u32,
    length: u32,
}

impl<'a> HeaderWalk<'a> {
    pub fn new(file: &'a dyn File, from: u32, limit: u32) -> Self {
        Self { file, next: from, limit, window: [0; WINDOW], start: 0, length: 0 }
    }

    /// Where the next batch starts, or what makes no sense.
    pub fn position(&self) -> u32 {
        self.next
    }

    /// `Ok(None)` at the limit, and where no batch stands ([`HeaderWalk::position`] tells).
    pub fn next(&mut self) -> io::Result<Option<BatchAt>> {
        if self.next >= self.limit {
            return Ok(None);
        }
        let wanted = (self.limit - self.next).min(GLANCE as u32);
        let covered = self.next >= self.start && self.next + wanted <= self.start + self.length;
        if !covered {
            let count = (self.limit - self.next).min(WINDOW as u32) as usize;
            self.file.read_exact_at(&mut self.window[..count], u64::from(self.next))?;
            (self.start, self.length) = (self.next, count as u32);
        }
        let at = (self.next - self.start) as usize;
        let batch = BatchAt::read(&self.window[at..self.length as usize], self.next, self.limit);
        if let Some(batch) = batch {
            self.next = batch.end();
        }
        Ok(batch)
    }
}

/// Reads one header.
pub(crate) fn batch_at(file: &dyn File, position: u32, limit: u32) -> io::Result<Option<BatchAt>> {
    if position >= limit {
        return Ok(None);
    }
    let mut bytes = [0; GLANCE];
    let count = (limit - position).min(GLANCE as u32) as usize;
    file.read_exact_at(&mut bytes[..count], u64::from(position))?;
    Ok(BatchAt::read(&bytes[..count], position, limit))
}

/// Reads whole batches of `[from, limit)`, through a buffer that grows to the largest of them. No batch is
/// larger than what is left of the file, so a lying length reserves nothing beyond it.
pub(crate) struct BatchWalk<'a> {
    file: &'a dyn File,
    next: u32,
    limit: u32,
    buffer: Vec<u8>,
    start: u32,
    length: u32,
    read: u64,
}

impl<'a> BatchWalk<'a> {
    pub fn new(file: &'a dyn File, from: u32, limit: u32) -> Self {
        Self::with_buffer(file, from, limit, Vec::new())
    }

    /// A walk through the buffer of another, taken back by [`BatchWalk::into_buffer`].
    pub fn with_buffer(file: &'a dyn File, from: u32, limit: u32, buffer: Vec<u8>) -> Self {
        Self { file, next: from, limit, buffer, start: 0, length: 0, read: 0 }
    }

    pub fn into_buffer(self) -> Vec<u8> {
        self.buffer
    }

    /// Where the next batch starts, or what makes no sense.
    pub fn position(&self) -> u32 {
        self.next
    }

    /// Bytes read from the file so far.
    pub fn bytes_read(&self) -> u64 {
        self.read
    }

    /// The next batch's place and bytes; `Ok(None)` at the limit or where no batch stands.
    pub fn next(&mut self) -> io::Result<Option<(BatchAt, &[u8])>> {
        if self.next >= self.limit {
            return Ok(None);
        }
        let header = (self.limit - self.next).min(GLANCE as u32);
        self.fill(header)?;
        let at = (self.next - self.start) as usize;
        let Some(batch) = BatchAt::read(&self.buffer[at..self.length as usize], self.next, self.limit) else {
            return Ok(None);
        };
        self.fill(batch.size)?;
        let at = (self.next - self.start) as usize;
        self.next = batch.end();
        Ok(Some((batch, &self.buffer[at..at + batch.size as usize])))
    }

    /// Makes `[next, next + count)` part of the buffer.
    fn fill(&mut self, count: u32) -> io::Result<()> {
        if self.next >= self.start && self.next + count <= self.start + self.length {
            return Ok(());
        }
        let length = (self.limit - self.next).min(count.max(CHUNK as u32)) as usize;
        if self.buffer.len() < length {
            self.buffer.resize(length, 0);
        }
        self.file.read_exact_at(&mut self.buffer[..length], u64::from(self.next))?;
        (self.start, self.length) = (self.next, length as u32);
        self.read += length as u64;
        Ok(())
    }
}
