//! The load generator's engine: connections to one broker or several on one poll loop, each with the client's
//! own connection machine; prebuilt batches; partitions shared out over the connections.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::ToSocketAddrs;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};
use thalweg_client::{Answer, Call, ClientSettings, Connection, ConnectionEvent};
use thalweg_model::Mono;
use thalweg_records::{BatchBuilder, Compression};

use super::Stage;
use crate::failure::{Failure, Outcome};
use crate::session::Session;

/// Connections and what is under way on them.
pub struct Pool {
    poll: Poll,
    events: Events,
    lanes: Vec<Lane>,
    started: Instant,
    scratch: Vec<u8>,
    timeout: Duration,
}

struct Lane {
    address: String,
    stream: TcpStream,
    connection: Connection,
    outgoing: VecDeque<Vec<u8>>,
    /// Bytes of the first buffer that are sent.
    sent: usize,
}

/// The partitions one connection serves, all led by the broker it goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub address: String,
    pub partitions: Vec<i32>,
}

impl Pool {
    /// Opens a connection to each address and waits until all have been greeted.
    pub fn connect<'a>(addresses: impl Iterator<Item = &'a str>, timeout: Duration) -> Outcome<Self> {
        let failed = |error: std::io::Error| Failure::failed(format!("Polling sockets failed: {error}"));
        let mut pool = Self {
            poll: Poll::new().map_err(failed)?,
            events: Events::with_capacity(1024),
            lanes: Vec::new(),
            started: Instant::now(),
            scratch: vec![0; 512 * 1024],
            timeout,
        };
        for address in addresses {
            pool.open(address)?;
        }
        let deadline = Instant::now() + timeout;
        while pool.lanes.iter().any(|lane| !lane.connection.is_ready()) {
            if Instant::now() > deadline {
                return Err(Failure::timeout("The broker did not greet every connection in time."));
            }
            pool.turn(Some(Duration::from_millis(100)), |_, _, _| Ok(()))?;
        }
        Ok(pool)
    }

    fn open(&mut self, address: &str) -> Outcome {
        let failed =
            |error: &dyn std::fmt::Display| Failure::failed(format!("No connection to {address}: {error}."));
        let mut addresses = address.to_socket_addrs().map_err(|error| failed(&error))?;
        let socket_address = addresses.next().ok_or_else(|| failed(&"the name has no address"))?;
        // Opened one after the other and blocking: what is measured begins later.
        let stream = std::net::TcpStream::connect_timeout(&socket_address, self.timeout)
            .and_then(|stream| stream.set_nonblocking(true).map(|()| stream))
            .and_then(|stream| stream.set_nodelay(true).map(|()| stream))
            .map_err(|error| failed(&error))?;
        let mut stream = TcpStream::from_std(stream);
        let token = Token(self.lanes.len());
        self.poll
            .registry()
            .register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)
            .map_err(|error| failed(&error))?;
        let mut settings = ClientSettings::new(Vec::new()).connection;
        settings.client_id = "thalweg-bench".to_owned();
        settings.request_timeout = self.timeout;
        let connection = Connection::new(self.now(), settings, 0);
        let mut lane =
            Lane { address: address.to_owned(), stream, connection, outgoing: VecDeque::new(), sent: 0 };
        lane.flush()?;
        self.lanes.push(lane);
        Ok(())
    }

    /// Time on the pool's own clock.
    pub fn now(&self) -> Mono {
        Mono(u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }

    /// Sends a request on a connection.
    pub fn send(&mut self, lane: usize, id: u64, call: &Call) -> Outcome {
        let now = self.now();
        let lane = &mut self.lanes[lane];
        lane.connection.send(now, id, Mono(u64::MAX), call).map_err(|error| {
            Failure::failed(format!("The request cannot be sent to {}: {error:?}.", lane.address))
        })?;
        lane.flush()
    }

    /// Bytes that the sockets have not taken yet.
    pub fn unsent(&self, lane: usize) -> usize {
        self.lanes[lane].outgoing.iter().map(Vec::len).sum()
    }

    /// Waits for sockets and hands over answers: (connection, request, answer).
    pub fn turn(
        &mut self,
        wait: Option<Duration>,
        mut answered: impl FnMut(usize, u64, Answer) -> Outcome,
    ) -> Outcome {
        match self.poll.poll(&mut self.events, wait) {
            Err(error) if error.kind() != ErrorKind::Interrupted => {
                return Err(Failure::failed(format!("Polling sockets failed: {error}")));
            }
            _ => {}
        }
        let ready: Vec<usize> = self.events.iter().map(|event| event.token().0).collect();
        let now = self.now();
        for index in ready {
            let lane = &mut self.lanes[index];
            lane.flush()?;
            lane.receive(now, &mut self.scratch)?;
            lane.flush()?;
            while let Some(event) = lane.connection.poll_event() {
                match event {
                    ConnectionEvent::Ready => {}
                    ConnectionEvent::Answered { id, answer } => answered(index, id, answer)?,
                    ConnectionEvent::Failed { why, .. } => {
                        return Err(Failure::failed(format!(
                            "The connection to {} ended: {why}.",
                            lane.address
                        )));
                    }
                }
            }
        }
        for lane in &mut self.lanes {
            if lane.connection.poll_timeout().is_some_and(|at| at <= now) {
                return Err(Failure::timeout(format!(
                    "The broker at {} did not answer within {:?}.",
                    lane.address, self.timeout
                )));
            }
        }
        Ok(())
    }
}

impl Lane {
    fn flush(&mut self) -> Outcome {
        while let Some(bytes) = self.connection.poll_transmit() {
            self.outgoing.push_back(bytes);
        }
        while let Some(front) = self.outgoing.front() {
            match self.stream.write(&front[self.sent..]) {
                Ok(count) => {
                    self.sent += count;
                    if self.sent == front.len() {
                        self.outgoing.pop_front();
                        self.sent = 0;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Failure::failed(format!("Sending to {} failed: {error}.", self.address)));
                }
            }
        }
        Ok(())
    }

    fn receive(&mut self, now: Mono, scratch: &mut [u8]) -> Outcome {
        loop {
            match self.stream.read(scratch) {
                Ok(0) => {
                    self.connection.handle_closed("the broker closed it");
                    return Ok(());
                }
                Ok(count) => self.connection.handle_bytes(now, &scratch[..count]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    return Err(Failure::failed(format!("Reading from {} failed: {error}.", self.address)));
                }
            }
        }
    }
}

/// Shares partitions out: every connection goes to one leader; where there are fewer partitions than
/// connections, several write to the same one.
pub fn shares(session: &mut Session, stage: &Stage, connections: usize) -> Outcome<Vec<Share>> {
    // The client knows the brokers' addresses once it has asked for metadata on its own account.
    let now = session.driver.now();
    session.driver.client().watch_topics(now, [stage.topic.as_str()]);
    let deadline = now.after(session.timeout);
    while !session.driver.cluster().topics.contains_key(&stage.topic) && session.driver.now() < deadline {
        session.driver.turn(Some(deadline));
    }
    let mut by_node: Vec<(i32, Vec<i32>)> = Vec::new();
    for (&index, partition) in &stage.view.partitions {
        let leader = partition.leader.unwrap_or(-1);
        match by_node.iter_mut().find(|(node, _)| *node == leader) {
            Some((_, partitions)) => partitions.push(index),
            None => by_node.push((leader, vec![index])),
        }
    }
    let mut shares = Vec::new();
    for connection in 0..connections.max(by_node.len()) {
        let (node, partitions) = &by_node[connection % by_node.len()];
        let broker = session.driver.cluster().brokers.get(node);
        let address = broker.map(|broker| broker.address.clone()).ok_or_else(|| {
            Failure::failed(format!(
                "The address of broker {node} is not known; try again when it has started."
            ))
        })?;
        // Each connection of a node takes every n-th of its partitions, beginning at another one.
        let (turn, of) = (connection / by_node.len(), connections.div_ceil(by_node.len()));
        let own: Vec<i32> = partitions.iter().copied().skip(turn).step_by(of).collect();
        let partitions = if own.is_empty() { vec![partitions[turn % partitions.len()]] } else { own };
        shares.push(Share { address, partitions });
    }
    Ok(shares)
}

/// A batch of as many records of `record_size` as fit `batch_size` before compression, and how many they are.
pub fn build_batch(
    compression: Compression,
    record_size: usize,
    batch_size: usize,
    timestamp: i64,
    seed: u64,
) -> (Vec<u8>, u32) {
    let mut builder = BatchBuilder::new(compression);
    let mut words = Words(seed | 1);
    let mut value = Vec::with_capacity(record_size);
    loop {
        words.fill(&mut value, record_size);
        builder.append(timestamp, None, Some(&value), &[]);
        if builder.size_with(None, Some(&value), &[]) > batch_size {
            let records = builder.record_count() as u32;
            return (builder.build(), records);
        }
    }
}

/// Text that compresses about as well as log lines do, the same for the same seed.
struct Words(u64);

impl Words {
    fn fill(&mut self, value: &mut Vec<u8>, size: usize) {
        const WORDS: [&[u8]; 16] = [
            b"info ",
            b"GET ",
            b"/orders/",
            b"status=200 ",
            b"user=",
            b"took=",
            b"ms ",
            b"error ",
            b"retry ",
            b"eu-west ",
            b"checkout ",
            b"payment ",
            b"cache ",
            b"miss ",
            b"hit ",
            b"id=",
        ];
        value.clear();
        while value.len() < size {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            value.extend_from_slice(WORDS[(self.0 & 15) as usize]);
            // Every other word is followed by a number that does not repeat.
            if self.0 & 16 != 0 {
                value.extend_from_slice(format!("{:x} ", self.0 >> 32).as_bytes());
            }
        }
        value.truncate(size);
    }
}

#[cfg(test)]
mod tests {
    use thalweg_records::BatchView;

    use super::*;

    #[test]
    fn a_batch_is_as_large_as_asked_and_never_larger_unless_one_record_is() {
        let (batch, records) = build_batch(Compression::None, 100, 16 << 10, 5, 1);
        let view = BatchView::parse(&batch).unwrap();
        assert_eq!(view.verify_crc(), Ok(()));
        assert_eq!(view.record_count() as u32, records);
        assert!((15 << 10..=16 << 10).contains(&batch.len()), "{}", batch.len());
        let (_, records) = build_batch(Compression::None, 1000, 10, 5, 1);
        assert_eq!(records, 1);
    }
}
