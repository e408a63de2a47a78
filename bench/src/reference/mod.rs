//! The reference loops: the least work that still takes requests off sockets and puts record batches into
//! segment files, or files onto sockets. What the kernel allows, not a product: no validation but the
//! checksum, no recovery, no protocol worth the name. Every figure of a broker stands beside theirs.
//!
//! One thread, one epoll. A turn takes every ready socket once, checks and places each request's batch, then
//! writes each partition with one `pwritev`, then answers each connection with one `send`.

mod intake;
mod segments;

use std::io::IoSlice;
use std::net::{TcpListener, TcpStream};
use std::ops::Range;
use std::os::fd::AsFd;
use std::path::Path;

use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::net::{RecvFlags, SendFlags};

use crate::flags::Flags;
use crate::mini::{self, batch};
use crate::{Outcome, load};
use intake::Intake;
use segments::{Log, ReadFile};

/// `reference --port N --data DIR [--partitions 8] [--fetch-bytes N --fetch-batch N]`
pub fn serve(flags: &Flags) -> Outcome {
    let data = flags.text("data").ok_or("--data is missing")?;
    let partitions = flags.number("partitions", 8_usize)?;
    let failed = |error: std::io::Error| error.to_string();
    let log = Log::open(Path::new(data), partitions).map_err(failed)?;
    let readable = match flags.number("fetch-bytes", 0_u64)? {
        0 => Vec::new(),
        bytes => {
            let batch = flags.number("fetch-batch", 1 << 20)?;
            segments::read_files(Path::new(data), partitions, bytes, batch).map_err(failed)?
        }
    };
    let listener = TcpListener::bind(("127.0.0.1", flags.number("port", 0_u16)?)).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    Server::new(listener, log, readable).and_then(Server::run).map_err(failed)
}

struct Connection {
    stream: TcpStream,
    intake: Intake,
    answers: Vec<u8>,
    /// Fetch answers under way: header bytes still to send, then the file range.
    sending: Option<Sending>,
}

struct Sending {
    header: Vec<u8>,
    file: usize,
    position: u64,
    left: u64,
}

struct Server {
    epoll: rustix::fd::OwnedFd,
    listener: TcpListener,
    connections: Vec<Option<Connection>>,
    log: Log,
    readable: Vec<ReadFile>,
    /// Per partition, the batches of this turn: (connection, place in its buffer).
    gathered: Vec<Vec<(usize, Range<usize>)>>,
    /// Partitions and connections touched in this turn.
    touched: Vec<usize>,
    answered: Vec<usize>,
}

const LISTENER: u64 = u64::MAX;
/// `pwritev` takes no more slices at once.
const SLICES_PER_CALL: usize = 1024;

impl Server {
    fn new(listener: TcpListener, log: Log, readable: Vec<ReadFile>) -> std::io::Result<Self> {
        let epoll = epoll::create(CreateFlags::CLOEXEC)?;
        epoll::add(&epoll, &listener, EventData::new_u64(LISTENER), EventFlags::IN)?;
        let gathered = vec![Vec::new(); log.partitions.len()];
        let connections = Vec::new();
        Ok(Self {
            epoll,
            listener,
            connections,
            log,
            readable,
            gathered,
            touched: Vec::new(),
            answered: Vec::new(),
        })
    }

    fn run(mut self) -> std::io::Result<()> {
        let mut events = Vec::with_capacity(256);
        loop {
            events.clear();
            match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), None) {
                Ok(_) => {}
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            for event in &events {
                match event.data.u64() {
                    LISTENER => self.accept()?,
                    index => self.take(index as usize)?,
                }
            }
            self.write_gathered()?;
            self.send_answers()?;
        }
    }

    fn accept(&mut self) -> std::io::Result<()> {
        while let Ok((stream, _)) = self.listener.accept() {
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            load::pin_congestion_control(&stream);
            let data = EventData::new_u64(self.connections.len() as u64);
            epoll::add(&self.epoll, &stream, data, EventFlags::IN)?;
            let connection = Connection { stream, intake: Intake::new(), answers: Vec::new(), sending: None };
            self.connections.push(Some(connection));
        }
        Ok(())
    }

    /// One read of one socket. Frames stay in its buffer until the turn's writes are done.
    fn take(&mut self, index: usize) -> std::io::Result<()> {
        let Some(connection) = &mut self.connections[index] else { return Ok(()) };
        if connection.sending.is_some() {
            self.continue_sending(index)?;
            return Ok(());
        }
        let read = rustix::net::recv(&connection.stream, connection.intake.space(), RecvFlags::empty());
        match read {
            Ok((0, _)) | Err(rustix::io::Errno::CONNRESET) => {
                self.connections[index] = None;
                return Ok(());
            }
            Ok((count, _)) => connection.intake.filled(count),
            Err(rustix::io::Errno::AGAIN) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        self.requests(index)
    }

    fn requests(&mut self, index: usize) -> std::io::Result<()> {
        loop {
            let Some(connection) = &mut self.connections[index] else { return Ok(()) };
            let Some(frame) = connection.intake.next_frame() else { break };
            let bytes = connection.intake.bytes(frame.clone());
            match mini::word(bytes, 4) {
                mini::PRODUCE => {
                    let correlation = mini::word(bytes, 8);
                    let partition = mini::word(bytes, 12) as usize % self.gathered.len();
                    let batch = &mut bytes[mini::REQUEST..];
                    let records = checked_records(batch)?;
                    let target = &mut self.log.partitions[partition];
                    if self.gathered[partition].is_empty() {
                        target.roll_if_full()?;
                        self.touched.push(partition);
                    }
                    let base_offset = target.place(records, batch.len() as u64);
                    batch[..8].copy_from_slice(&base_offset.to_be_bytes());
                    batch[batch::EPOCH..batch::EPOCH + 4].copy_from_slice(&7_u32.to_be_bytes());
                    self.gathered[partition].push((index, frame.start + mini::REQUEST..frame.end));
                    if connection.answers.is_empty() {
                        self.answered.push(index);
                    }
                    connection.answers.extend_from_slice(&mini::answer(correlation, base_offset, 0));
                }
                _ => return self.begin_fetch(index, frame),
            }
        }
        Ok(())
    }

    fn write_gathered(&mut self) -> std::io::Result<()> {
        for partition in self.touched.drain(..) {
            let slices: Vec<IoSlice<'_>> = self.gathered[partition]
                .iter()
                .filter_map(|(index, range)| {
                    let connection = self.connections[*index].as_ref()?;
                    Some(IoSlice::new(connection.intake.stored(range.clone())))
                })
                .collect();
            for slices in slices.chunks(SLICES_PER_CALL) {
                self.log.partitions[partition].write(slices)?;
            }
            self.gathered[partition].clear();
        }
        Ok(())
    }

    fn send_answers(&mut self) -> std::io::Result<()> {
        for index in self.answered.drain(..) {
            let Some(connection) = &mut self.connections[index] else { continue };
            let sent = rustix::net::send(&connection.stream, &connection.answers, SendFlags::NOSIGNAL);
            // A load generator reads its answers; one that does not has no claim on more buffer than this.
            if sent != Ok(connection.answers.len()) {
                self.connections[index] = None;
                continue;
            }
            connection.answers.clear();
        }
        Ok(())
    }

    /// From its first fetch on a connection is watched for room to write as well, edge-triggered, so that no
    /// system call changes what is watched.
    fn begin_fetch(&mut self, index: usize, frame: Range<usize>) -> std::io::Result<()> {
        let Some(connection) = &mut self.connections[index] else { return Ok(()) };
        let bytes = connection.intake.bytes(frame);
        let file = mini::word(bytes, 12) as usize % self.readable.len().max(1);
        let (position, wanted) = (mini::long(bytes, 16), mini::word(bytes, 24));
        let header = mini::answer(mini::word(bytes, 8), position, wanted).to_vec();
        connection.sending = Some(Sending { header, file, position, left: u64::from(wanted) });
        let flags = EventFlags::IN | EventFlags::OUT | EventFlags::ET;
        if !connection.intake.edge_triggered {
            connection.intake.edge_triggered = true;
            epoll::modify(&self.epoll, &connection.stream, EventData::new_u64(index as u64), flags)?;
        }
        self.continue_sending(index)
    }

    fn continue_sending(&mut self, index: usize) -> std::io::Result<()> {
        let Some(connection) = &mut self.connections[index] else { return Ok(()) };
        let Some(sending) = &mut connection.sending else { return Ok(()) };
        let file = self.readable[sending.file].file.as_fd();
        loop {
            let sent = if sending.header.is_empty() {
                let mut position = sending.position;
                rustix::fs::sendfile(&connection.stream, file, Some(&mut position), sending.left as usize)
            } else {
                let flags = SendFlags::NOSIGNAL | SendFlags::MORE;
                rustix::net::send(&connection.stream, &sending.header, flags)
            };
            match sent {
                Ok(count) if !sending.header.is_empty() => _ = sending.header.drain(..count),
                Ok(0) | Err(rustix::io::Errno::CONNRESET | rustix::io::Errno::PIPE) => {
                    self.connections[index] = None;
                    return Ok(());
                }
                Ok(count) => {
                    sending.position += count as u64;
                    sending.left -= count as u64;
                    if sending.left == 0 {
                        connection.sending = None;
                        // A request that came meanwhile would cause no further edge.
                        return self.take(index);
                    }
                }
                Err(rustix::io::Errno::AGAIN) => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// The whole validation of the reference loop: it is one batch of magic 2 whose checksum holds.
fn checked_records(bytes: &[u8]) -> std::io::Result<u64> {
    let sound = bytes.len() >= batch::HEADER
        && bytes[batch::MAGIC] == 2
        && mini::word(bytes, batch::LENGTH) as usize + 12 == bytes.len()
        && crc_fast::crc32_iscsi(&bytes[batch::CHECKED..]) == mini::word(bytes, batch::CRC);
    if sound {
        Ok(u64::from(mini::word(bytes, batch::LAST_DELTA)) + 1)
    } else {
        Err(std::io::Error::new(std::io::ErrorKind::InvalidData, "a client sent a damaged batch"))
    }
}
