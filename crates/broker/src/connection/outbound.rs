//! What a connection still has to send: bytes, and ranges of log files between them. Knows nothing of
//! requests; keeps order; holds files open until their bytes have left.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::Arc;

use thalweg_platform::{File, Stream};

/// A range of a log file inside an answer, sent by `sendfile`.
#[derive(Debug, Clone)]
pub struct FileRange {
    /// The file, kept open by this.
    pub file: Arc<dyn File>,
    /// First byte.
    pub offset: u64,
    /// Bytes from there.
    pub length: u64,
}

#[derive(Debug)]
enum Piece {
    Bytes { bytes: Vec<u8>, sent: usize },
    File(FileRange),
}

/// How far a flush came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flushed {
    /// Nothing is left.
    Done,
    /// The socket would block: the next writable event goes on.
    Blocked,
}

/// The queue of one connection.
#[derive(Debug, Default)]
pub struct Outbound {
    pieces: VecDeque<Piece>,
    /// Bytes in memory that wait; a file range counts as [`FILE_COST`].
    held: usize,
    /// All bytes the socket has ever taken, so that a slow reader is told from one that stands still.
    taken: u64,
    /// The socket holds back packets that are not full: this is a connection that reads logs.
    is_corked: bool,
}

/// Slices of one send.
const SLICES: usize = 16;

impl Outbound {
    /// True when nothing waits.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// What waits to be sent costs so many bytes.
    pub fn held(&self) -> usize {
        self.held
    }

    /// Bytes the socket has taken since the connection began.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Appends bytes to the last piece; small answers of one turn leave in one send.
    pub fn push_slice(&mut self, bytes: &[u8], spare: &mut Vec<Vec<u8>>) {
        self.held += bytes.len();
        if let Some(Piece::Bytes { bytes: last, .. }) = self.pieces.back_mut()
            && last.len() + bytes.len() <= JOIN_LIMIT
        {
            last.extend_from_slice(bytes);
            return;
        }
        let mut fresh = spare.pop().unwrap_or_default();
        fresh.extend_from_slice(bytes);
        self.pieces.push_back(Piece::Bytes { bytes: fresh, sent: 0 });
    }

    /// Appends bytes without copying them.
    pub fn push_bytes(&mut self, bytes: Vec<u8>) {
        if !bytes.is_empty() {
            self.held += bytes.len();
            self.pieces.push_back(Piece::Bytes { bytes, sent: 0 });
        }
    }

    /// Appends a range of a file.
    pub fn push_file(&mut self, range: FileRange) {
        if range.length > 0 {
            self.held += FILE_COST;
            self.pieces.push_back(Piece::File(range));
        }
    }

    /// Sends until the socket would block. Emptied buffers go to `spare`. An error means the connection is
    /// lost; so does a file that turned out shorter than promised, as the answer cannot be completed.
    pub fn flush(&mut self, stream: &mut dyn Stream, spare: &mut Vec<Vec<u8>>) -> io::Result<Flushed> {
        if !self.is_corked && self.has_bytes_behind_a_file() {
            // A packet costs its sender a pass through the network stack, and on one machine the receiver's part of
            // it too: more than one call an answer.
            stream.cork();
            self.is_corked = true;
        }
        let flushed = self.flush_pieces(stream, spare)?;
        if self.is_corked && flushed == Flushed::Done {
            stream.push();
        }
        Ok(flushed)
    }

    fn has_bytes_behind_a_file(&self) -> bool {
        let first_file = self.pieces.iter().position(|piece| matches!(piece, Piece::File(_)));
        first_file.is_some_and(|place| place + 1 < self.pieces.len())
    }

    fn flush_pieces(&mut self, stream: &mut dyn Stream, spare: &mut Vec<Vec<u8>>) -> io::Result<Flushed> {
        while let Some(front) = self.pieces.front_mut() {
            let result = match front {
                Piece::File(range) => match stream.send_file(&*range.file, range.offset, range.length) {
                    Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                    other => other,
                },
                Piece::Bytes { .. } => self.send_bytes(stream),
            };
            match result {
                Ok(count) => self.advance(count, spare),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Flushed::Blocked),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        while stream.has_unsent() {
            match stream.write(&[], false) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(Flushed::Blocked),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Flushed::Done)
    }

    fn send_bytes(&self, stream: &mut dyn Stream) -> io::Result<usize> {
        let mut slices = [IoSlice::new(&[]); SLICES];
        let mut count = 0;
        let mut more = false;
        for piece in &self.pieces {
            match piece {
                Piece::Bytes { bytes, sent } if count < SLICES => {
                    slices[count] = IoSlice::new(&bytes[*sent..]);
                    count += 1;
                }
                _ => {
                    more = true;
                    break;
                }
            }
        }
        stream.write(&slices[..count], more)
    }

    fn advance(&mut self, mut count: usize, spare: &mut Vec<Vec<u8>>) {
        self.taken += count as u64;
        while count > 0 {
            let Some(front) = self.pieces.front_mut() else { return };
            let left = match front {
                Piece::Bytes { bytes, sent } => {
                    let step = count.min(bytes.len() - *sent);
                    *sent += step;
                    self.held -= step;
                    count -= step;
                    bytes.len() - *sent
                }
                Piece::File(range) => {
                    let step = (count as u64).min(range.length);
                    range.offset += step;
                    range.length -= step;
                    count -= step as usize;
                    range.length as usize
                }
            };
            if left > 0 {
                return;
            }
            match self.pieces.pop_front() {
                Some(Piece::Bytes { mut bytes, .. })
                    if bytes.capacity() <= SPARE_CAPACITY && spare.len() < SPARES =>
                {
                    bytes.clear();
                    spare.push(bytes);
                }
                Some(Piece::File(_)) => self.held -= FILE_COST,
                Some(Piece::Bytes { .. }) | None => {}
            }
        }
    }
}

/// What a file range that waits is taken to cost: little memory, but an open file. So a client that asks and never
/// reads meets the cap of its connection whatever it asks for.
const FILE_COST: usize = 1 << 10;
/// Bytes up to which answers are joined into one piece.
const JOIN_LIMIT: usize = 32 << 10;
/// A buffer larger than this is freed, not kept.
const SPARE_CAPACITY: usize = 64 << 10;
/// Buffers a worker keeps for answers.
const SPARES: usize = 64;
