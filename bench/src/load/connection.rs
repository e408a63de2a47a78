//! One connection of the load: what is being sent, what is in flight, what has come back of an answer.

use std::collections::VecDeque;
use std::io::{IoSlice, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::pin_congestion_control;
use super::shape::Shape;
use crate::Outcome;

/// A non-blocking connection. Times are nanoseconds since the run began.
#[derive(Debug)]
pub struct Connection {
    pub stream: TcpStream,
    head: Vec<u8>,
    /// Small requests that leave together, one behind the other; empty while a large one is under way.
    joined: Vec<u8>,
    /// Bytes sent of what is under way, if anything is.
    sent: Option<usize>,
    /// When each request in flight was due, oldest first.
    pub in_flight: VecDeque<u64>,
    /// Open loop: requests that are due and not sent yet.
    pub due: VecDeque<u64>,
    next_correlation: u32,
    next_answer: u32,
    partition: u32,
    /// Fetch: the offset (or, for the mini protocol, byte position) to read next.
    pub offset: u64,
    /// The answer under way: its length once known, and its first bytes.
    length: Option<usize>,
    received: usize,
    start: Vec<u8>,
}

/// Small requests are sent together up to so many bytes.
const JOINED_MAX: usize = 32 << 10;
/// A request of at most so many bytes is small.
pub const SMALL: usize = 4 << 10;
/// Enough of an answer to hold every field that is looked at.
const LOOKED_AT: usize = 128;

/// One whole answer.
#[derive(Clone, Copy, Debug)]
pub struct Answer {
    pub due: u64,
    /// Length without the length field.
    pub length: usize,
}

impl Connection {
    pub fn open(address: SocketAddr, shape: &Shape, partition: u32) -> Outcome<Self> {
        let failed = |error: std::io::Error| format!("cannot connect to {address}: {error}");
        let stream = TcpStream::connect(address).map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        pin_congestion_control(&stream);
        stream.set_nonblocking(true).map_err(failed)?;
        Ok(Self {
            stream,
            head: shape.head.clone(),
            joined: Vec::new(),
            sent: None,
            in_flight: VecDeque::new(),
            due: VecDeque::new(),
            next_correlation: 0,
            next_answer: 0,
            partition,
            offset: 0,
            length: None,
            received: 0,
            start: Vec::with_capacity(LOOKED_AT),
        })
    }

    /// Whether a request has been begun and not sent to its end.
    pub fn is_sending(&self) -> bool {
        self.sent.is_some()
    }

    /// The partition the next request is for.
    pub fn partition(&self) -> usize {
        self.partition as usize
    }

    /// Adds a small request to those that leave with the next send: a load generator that made a system call for
    /// each of them would be what limits a case of small requests. False once enough are together.
    pub fn join(&mut self, shape: &Shape, due: u64, partitions: u32, stay: bool) -> bool {
        self.begin(shape, due, partitions, stay);
        for part in [&self.head[..], &shape.batch, &shape.tail] {
            self.joined.extend_from_slice(part);
        }
        self.joined.len() < JOINED_MAX
    }

    /// Begins a request that was due at `due`; `stay` keeps the partition for the next one too.
    pub fn begin(&mut self, shape: &Shape, due: u64, partitions: u32, stay: bool) {
        let mut put = |at: usize, bytes: &[u8]| self.head[at..at + bytes.len()].copy_from_slice(bytes);
        put(shape.correlation_at, &self.next_correlation.to_be_bytes());
        put(shape.partition_at, &self.partition.to_be_bytes());
        if let Some(at) = shape.offset_at {
            put(at, &self.offset.to_be_bytes());
        }
        self.next_correlation += 1;
        if !stay {
            self.partition = (self.partition + 1) % partitions;
        }
        self.in_flight.push_back(due);
        self.sent = Some(0);
    }

    /// Sends as much of what is under way as the socket takes; true once it is all sent.
    pub fn send(&mut self, shape: &Shape) -> Outcome<bool> {
        let Some(mut sent) = self.sent else { return Ok(true) };
        let parts = if self.joined.is_empty() {
            [&self.head[..], &shape.batch, &shape.tail]
        } else {
            [&self.joined[..], &[], &[]]
        };
        let total: usize = parts.iter().map(|part| part.len()).sum();
        while sent < total {
            let mut skip = sent;
            let slices = parts.map(|part| {
                let begin = skip.min(part.len());
                skip -= begin;
                IoSlice::new(&part[begin..])
            });
            match self.stream.write_vectored(&slices) {
                Ok(count) => sent += count,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    self.sent = Some(sent);
                    return Ok(false);
                }
                Err(error) => return Err(format!("the server ended a connection: {error}")),
            }
        }
        self.sent = None;
        self.joined.clear();
        Ok(true)
    }

    /// Reads what is there and hands over every answer that is complete.
    pub fn receive(
        &mut self,
        shape: &Shape,
        scratch: &mut [u8],
        mut each: impl FnMut(&mut Self, Answer),
    ) -> Outcome {
        loop {
            let count = match (&self.stream).read(scratch) {
                Ok(0) => return Err("the server ended a connection".to_owned()),
                Ok(count) => count,
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(format!("the server ended a connection: {error}")),
            };
            let mut bytes = &scratch[..count];
            while !bytes.is_empty() {
                bytes = self.take(bytes);
                if self.length.is_some_and(|length| self.received == length + 4) {
                    let answer = self.finish(shape)?;
                    each(self, answer);
                }
            }
            if count < scratch.len() {
                return Ok(());
            }
        }
    }

    /// Takes bytes up to the end of the answer under way; keeps the first few.
    fn take<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let wanted = self.length.map_or(4, |length| length + 4) - self.received;
        let (taken, rest) = bytes.split_at(wanted.min(bytes.len()));
        let kept = taken.len().min(LOOKED_AT - self.start.len());
        self.start.extend_from_slice(&taken[..kept]);
        self.received += taken.len();
        if self.length.is_none() && self.received == 4 {
            self.length = Some(crate::mini::word(&self.start, 0) as usize);
        }
        rest
    }

    fn finish(&mut self, shape: &Shape) -> Outcome<Answer> {
        let length = self.length.take().unwrap_or(0);
        self.received = 0;
        let body = &self.start[4..];
        if body.get(..4) != Some(&self.next_answer.to_be_bytes()) {
            return Err(format!("answer {} was expected, this came: {body:?}", self.next_answer));
        }
        if let Some(at) = shape.error_at
            && body.get(at..at + 2) != Some(&[0, 0])
        {
            return Err(format!("the server refused a request: {body:?}"));
        }
        self.start.clear();
        self.next_answer += 1;
        let due = self.in_flight.pop_front().ok_or("an answer to nothing")?;
        Ok(Answer { due, length })
    }
}
