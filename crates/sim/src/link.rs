//! The network between a client and the broker: carries out a client's commands over the memory network, with delay
//! on every way and cuts that lose what is under way. Bytes of one connection stay in order; those of different ones
//! overtake each other as their delays fall. Never looks into the bytes.

use std::collections::{BTreeMap, VecDeque};
use std::io::{ErrorKind, IoSlice};
use std::net::SocketAddr;
use std::time::Duration;

use thalweg_client::{Client, Command, ConnectFailure, LinkId};
use thalweg_model::Mono;
use thalweg_platform::memory::MemoryNet;
use thalweg_platform::{Net, Poller, Stream};

use crate::dice::Dice;

/// A client's connections.
#[derive(Debug)]
pub struct Links {
    net: MemoryNet,
    poller: Box<dyn Poller>,
    open: BTreeMap<LinkId, Link>,
    /// When refused and opened connections are told.
    opening: VecDeque<(Mono, LinkId, Result<(), ConnectFailure>)>,
    /// Frames sent so far.
    pub sent: u64,
    /// What is read goes through it.
    buffer: Vec<u8>,
}

#[derive(Debug)]
struct Link {
    stream: Box<dyn Stream>,
    /// When each piece reaches the broker.
    out: VecDeque<(Mono, Vec<u8>)>,
    /// When each piece reaches the client; an empty one is the end.
    back: VecDeque<(Mono, Vec<u8>)>,
    has_ended: bool,
}

/// The usual delay of one way.
const DELAY: (Duration, Duration) = (Duration::from_micros(20), Duration::from_micros(500));
/// One piece in so many is late.
const LATE_ONE_IN: u64 = 200;
/// How late.
const LATE: (Duration, Duration) = (Duration::from_millis(5), Duration::from_millis(400));
/// How soon a full pipe is tried again.
const RETRY: Duration = Duration::from_millis(1);

impl Links {
    /// No connections yet.
    pub fn new(net: &MemoryNet) -> std::io::Result<Self> {
        let (net, open, opening) = (net.clone(), BTreeMap::new(), VecDeque::new());
        Ok(Self { poller: net.poller()?, net, open, opening, sent: 0, buffer: vec![0; 16 << 10] })
    }

    /// Whether something arrived.
    pub fn is_pending(&self) -> bool {
        self.poller.is_pending()
    }

    /// When the next piece reaches its end.
    pub fn due(&self) -> Mono {
        let pieces = self
            .open
            .values()
            .flat_map(|link| link.out.front().into_iter().chain(link.back.front()).map(|(at, _)| *at));
        pieces.chain(self.opening.iter().map(|(at, ..)| *at)).min().unwrap_or(Mono(u64::MAX))
    }

    /// Cuts every connection: both ends see it end, what is under way is lost.
    pub fn cut(&mut self, now: Mono, client: &mut Client) {
        for (id, mut link) in std::mem::take(&mut self.open) {
            link.stream.shutdown();
            client.handle_closed(now, id, "the connection was cut");
        }
    }

    /// Moves bytes both ways as far as their time has come.
    pub fn step(&mut self, now: Mono, client: &mut Client, dice: &mut Dice) {
        let mut events = Vec::new();
        // Every stream is looked at; the poll only clears what was pending.
        let _ = self.poller.poll(&mut events, Some(Duration::ZERO));
        self.carry_out(now, client, dice);
        while self.opening.front().is_some_and(|(at, ..)| *at <= now) {
            match self.opening.pop_front() {
                Some((_, id, Ok(()))) => client.handle_connected(now, id),
                Some((_, id, Err(failure))) => client.handle_connect_failed(now, id, failure),
                None => {}
            }
        }
        self.carry_out(now, client, dice);
        let ids: Vec<LinkId> = self.open.keys().copied().collect();
        for id in ids {
            let Some(link) = self.open.get_mut(&id) else { continue };
            link.send(now);
            link.receive(now, dice, &mut self.buffer);
            while let Some(link) = self.open.get_mut(&id) {
                let Some((_, bytes)) = link.back.pop_front_if(|(at, _)| *at <= now) else { break };
                if bytes.is_empty() {
                    self.open.remove(&id);
                    client.handle_closed(now, id, "the broker closed it");
                } else {
                    client.handle_bytes(now, id, &bytes);
                }
                self.carry_out(now, client, dice);
            }
        }
        if client.poll_timeout().is_some_and(|at| at <= now) {
            client.handle_timeout(now);
            self.carry_out(now, client, dice);
        }
    }

    /// Does what the client asked for.
    pub fn carry_out(&mut self, now: Mono, client: &mut Client, dice: &mut Dice) {
        while let Some(command) = client.poll_command() {
            match command {
                Command::Connect { link, address } => {
                    let outcome = self.connect(link, &address);
                    let at = self.opening.back().map_or(now, |(at, ..)| *at).max(now.after(delay(dice)));
                    self.opening.push_back((at, link, outcome));
                }
                Command::Send { link, bytes } => {
                    self.sent += 1;
                    let Some(link) = self.open.get_mut(&link) else { continue };
                    let at = link.out.back().map_or(now, |(at, _)| *at).max(now.after(delay(dice)));
                    link.out.push_back((at, bytes));
                }
                Command::Close { link } => {
                    self.open.remove(&link);
                }
            }
        }
    }

    fn connect(&mut self, id: LinkId, address: &str) -> Result<(), ConnectFailure> {
        let address: SocketAddr = address.parse().map_err(|_| ConnectFailure::BadAddress)?;
        let mut stream = self.net.connect(address).map_err(|_| ConnectFailure::Refused)?;
        let token = usize::try_from(id.0).unwrap_or(0);
        self.poller.add(&mut *stream, token).map_err(|error| ConnectFailure::Other(error.to_string()))?;
        let (out, back) = (VecDeque::new(), VecDeque::new());
        self.open.insert(id, Link { stream, out, back, has_ended: false });
        Ok(())
    }
}

impl Link {
    fn send(&mut self, now: Mono) {
        while let Some((at, bytes)) = self.out.front_mut() {
            if *at > now {
                return;
            }
            match self.stream.write(&[IoSlice::new(bytes)], false) {
                Ok(count) if count == bytes.len() => {
                    self.out.pop_front();
                }
                Ok(count) => {
                    bytes.drain(..count);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    *at = now.after(RETRY);
                    return;
                }
                // The end is found by reading.
                Err(_) => {
                    self.out.clear();
                    return;
                }
            }
        }
    }

    fn receive(&mut self, now: Mono, dice: &mut Dice, some: &mut [u8]) {
        while !self.has_ended {
            let bytes = match self.stream.read(some) {
                Ok(count) => some[..count].to_vec(),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(_) => Vec::new(),
            };
            self.has_ended = bytes.is_empty();
            let at = self.back.back().map_or(now, |(at, _)| *at).max(now.after(delay(dice)));
            self.back.push_back((at, bytes));
        }
    }
}

fn delay(dice: &mut Dice) -> Duration {
    let (least, most) = if dice.once_in(LATE_ONE_IN) { LATE } else { DELAY };
    dice.between(least, most)
}
