//! The read pool: what would wait for a disk runs here, not on a worker. It brings file ranges into the page
//! cache for fetches, and searches logs by time.

use std::fmt;

use crate::connection::outbound::FileRange;
use crate::mailbox::{Receiver, Sender};
use crate::worker::{ParkedId, WorkerMessage};

/// Ranges a parked fetch wants in the page cache.
#[derive(Debug)]
pub struct WarmRequest {
    /// The ranges.
    pub ranges: Vec<FileRange>,
    /// The worker to tell.
    pub mailbox: Sender<WorkerMessage>,
    /// The fetch that waits.
    pub parked: ParkedId,
}

/// Work for the read pool.
pub enum ReadMessage {
    /// Bring file ranges into the page cache.
    Warm(WarmRequest),
    /// Something else that may read from disk.
    Run(Box<dyn FnOnce() + Send>),
}

impl fmt::Debug for ReadMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Warm(request) => f.debug_tuple("Warm").field(request).finish(),
            Self::Run(_) => f.write_str("Run"),
        }
    }
}

/// One reader of the pool; all take from one mailbox.
#[derive(Debug)]
pub struct ReadRole {
    mailbox: std::sync::Arc<Receiver<ReadMessage>>,
    buffer: Vec<u8>,
}

/// Bytes read at a time.
const CHUNK: usize = 256 << 10;

impl ReadRole {
    /// A reader that takes from this mailbox.
    pub fn new(mailbox: std::sync::Arc<Receiver<ReadMessage>>) -> Self {
        Self { mailbox, buffer: Vec::new() }
    }

    /// Does one piece of work; false when there was none.
    pub fn turn(&mut self) -> bool {
        let Some(message) = self.mailbox.take() else {
            // Idle readers hold no memory.
            self.buffer = Vec::new();
            return false;
        };
        match message {
            ReadMessage::Run(work) => work(),
            ReadMessage::Warm(request) => {
                self.buffer.resize(CHUNK, 0);
                request.ranges.iter().for_each(|range| self.warm(range));
                request.mailbox.send(WorkerMessage::FetchWarm(request.parked));
            }
        }
        true
    }

    /// Reads a range; what it holds is not looked at. An error shows again when the worker sends the range.
    fn warm(&mut self, range: &FileRange) {
        let mut at = range.offset;
        let end = range.offset + range.length;
        while at < end {
            let want = (end - at).min(CHUNK as u64) as usize;
            match range.file.read_at(&mut self.buffer[..want], at) {
                Ok(0) | Err(_) => return,
                Ok(count) => at += count as u64,
            }
        }
    }
}
