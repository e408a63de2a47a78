//! A network of bounded pipes with epoll's edges: one lock over all of it, every step in call order, so a
//! run on one thread repeats exactly.
//!
//! Edges are epoll's (man 7 epoll, EPOLLET): a socket is queued at its poller when bytes arrive, when the
//! peer ends, and when room comes back *after a write found none*; what `poll` reports is the state at that
//! moment, both directions; an edge that nobody acted on is not reported again.

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, IoSlice};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::lock;
use crate::{File, Listener, Net, Poller, Ready, Stream, Wake};

/// Networks in memory are worlds apart; clones are the same one.
#[derive(Clone, Debug)]
pub struct MemoryNet {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    world: Mutex<World>,
    changed: Condvar,
}

#[derive(Debug)]
struct World {
    /// Bytes a pipe holds in each direction.
    room: usize,
    next_id: u64,
    next_port: u16,
    listeners: BTreeMap<SocketAddr, u64>,
    sockets: BTreeMap<u64, Socket>,
    pollers: BTreeMap<u64, PollerState>,
}

/// A listener or one end of a connection.
#[derive(Debug)]
struct Socket {
    address: SocketAddr,
    watch: Option<Watch>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
struct Watch {
    poller: u64,
    token: usize,
}

#[derive(Debug)]
enum Kind {
    Listening { waiting: VecDeque<(u64, SocketAddr)> },
    Connected(End),
}

#[derive(Debug)]
struct End {
    peer: u64,
    /// Bytes the peer sent and this end has not read.
    incoming: VecDeque<u8>,
    /// No more bytes will come: the peer ended, or this end did.
    read_closed: bool,
    /// This end may not send: it ended, or the peer is gone.
    write_closed: bool,
    /// A write found no room; the next drain of the peer is an edge.
    wants_room: bool,
}

#[derive(Debug, Default)]
struct PollerState {
    /// Sockets with an edge, oldest first, each once.
    queue: VecDeque<u64>,
    woken: bool,
}

/// A pipe's default room: small enough that tests meet full ones.
const ROOM: usize = 64 << 10;
/// The first port handed out for port 0 and for a connecting end.
const FIRST_FREE_PORT: u16 = 40_000;

impl MemoryNet {
    /// A network whose pipes hold 64 KiB in each direction.
    #[must_use]
    pub fn new() -> Self {
        Self::with_room(ROOM)
    }

    /// A network whose pipes hold `room` bytes in each direction.
    #[must_use]
    pub fn with_room(room: usize) -> Self {
        let world = World {
            room: room.max(1),
            next_id: 1,
            next_port: FIRST_FREE_PORT,
            listeners: BTreeMap::new(),
            sockets: BTreeMap::new(),
            pollers: BTreeMap::new(),
        };
        Self { shared: Arc::new(Shared { world: Mutex::new(world), changed: Condvar::new() }) }
    }
}

impl Default for MemoryNet {
    fn default() -> Self {
        Self::new()
    }
}

impl Net for MemoryNet {
    fn listen(&self, mut address: SocketAddr) -> io::Result<Box<dyn Listener>> {
        let mut world = lock(&self.shared.world);
        if address.port() == 0 {
            address.set_port(world.free_port()?);
        }
        if world.listeners.contains_key(&address) {
            let why = format!("cannot listen on {address}: the address is in use");
            return Err(io::Error::new(io::ErrorKind::AddrInUse, why));
        }
        let kind = Kind::Listening { waiting: VecDeque::new() };
        let id = world.insert(Socket { address, watch: None, kind });
        world.listeners.insert(address, id);
        Ok(Box::new(MemoryListener { shared: self.shared.clone(), id }))
    }

    fn connect(&self, address: SocketAddr) -> io::Result<Box<dyn Stream>> {
        let mut world = lock(&self.shared.world);
        let Some(listener) = world.listener_for(address) else {
            let why = format!("cannot connect to {address}: nobody listens there");
            return Err(io::Error::new(io::ErrorKind::ConnectionRefused, why));
        };
        let local = SocketAddr::new(loopback(address), world.free_port()?);
        let near = world.insert(Socket { address: local, watch: None, kind: Kind::Connected(End::new(0)) });
        let far = world.insert(Socket { address, watch: None, kind: Kind::Connected(End::new(near)) });
        if let Some(end) = world.end(near) {
            end.peer = far;
        }
        if let Some(Kind::Listening { waiting }) = world.sockets.get_mut(&listener).map(|it| &mut it.kind) {
            waiting.push_back((far, local));
        }
        world.edge(listener);
        drop(world);
        self.shared.changed.notify_all();
        Ok(Box::new(MemoryStream { shared: self.shared.clone(), id: near }))
    }

    fn poller(&self) -> io::Result<Box<dyn Poller>> {
        let mut world = lock(&self.shared.world);
        let id = world.id();
        world.pollers.insert(id, PollerState::default());
        Ok(Box::new(MemoryPoller { shared: self.shared.clone(), id }))
    }
}

fn loopback(like: SocketAddr) -> std::net::IpAddr {
    if like.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() }
}

impl World {
    fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id - 1
    }

    fn insert(&mut self, socket: Socket) -> u64 {
        let id = self.id();
        self.sockets.insert(id, socket);
        id
    }

    /// Ports go up and never come back: an address then names one socket in a whole run.
    fn free_port(&mut self) -> io::Result<u16> {
        let port = self.next_port;
        self.next_port = port.checked_add(1).ok_or(io::ErrorKind::AddrNotAvailable)?;
        Ok(port)
    }

    /// The listener of exactly this address, or of the unspecified address and this port.
    fn listener_for(&self, address: SocketAddr) -> Option<u64> {
        let any: std::net::IpAddr =
            if address.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        let everywhere = SocketAddr::new(any, address.port());
        self.listeners.get(&address).or_else(|| self.listeners.get(&everywhere)).copied()
    }

    fn end(&mut self, id: u64) -> Option<&mut End> {
        match self.sockets.get_mut(&id).map(|socket| &mut socket.kind) {
            Some(Kind::Connected(end)) => Some(end),
            _ => None,
        }
    }

    /// Queues a socket at its poller, unless it is queued already or nobody watches.
    fn edge(&mut self, id: u64) {
        let Some(Watch { poller, .. }) = self.sockets.get(&id).and_then(|socket| socket.watch) else {
            return;
        };
        let Some(poller) = self.pollers.get_mut(&poller) else { return };
        if !poller.queue.contains(&id) {
            poller.queue.push_back(id);
        }
    }

    /// What a socket is ready for at this moment: (readable, writable).
    fn state(&self, id: u64) -> (bool, bool) {
        match self.sockets.get(&id).map(|socket| &socket.kind) {
            Some(Kind::Listening { waiting }) => (!waiting.is_empty(), false),
            Some(Kind::Connected(end)) => {
                (!end.incoming.is_empty() || end.read_closed, end.write_closed || self.room_at(end.peer) > 0)
            }
            None => (false, false),
        }
    }

    /// Whether an end waits to be read there.
    fn has_ended(&self, id: u64) -> bool {
        matches!(self.sockets.get(&id).map(|socket| &socket.kind), Some(Kind::Connected(end)) if end.read_closed)
    }

    fn room_at(&self, receiver: u64) -> usize {
        match self.sockets.get(&receiver).map(|socket| &socket.kind) {
            Some(Kind::Connected(end)) => self.room.saturating_sub(end.incoming.len()),
            _ => 0,
        }
    }

    fn unwatch(&mut self, id: u64) -> Option<Watch> {
        let watch = self.sockets.get_mut(&id)?.watch.take()?;
        if let Some(poller) = self.pollers.get_mut(&watch.poller) {
            poller.queue.retain(|&queued| queued != id);
        }
        Some(watch)
    }

    /// Ends both directions of one end; the peer reads what is under way, then the end.
    fn shut(&mut self, id: u64) {
        let Some(end) = self.end(id) else { return };
        let peer = end.peer;
        if end.read_closed && end.write_closed {
            return;
        }
        (end.read_closed, end.write_closed) = (true, true);
        self.edge(id);
        if let Some(end) = self.end(peer) {
            (end.read_closed, end.write_closed) = (true, true);
            self.edge(peer);
        }
    }

    /// Appends bytes to the peer's queue as far as there is room.
    fn send(&mut self, id: u64, mut take: impl FnMut(usize, &mut VecDeque<u8>)) -> io::Result<usize> {
        let end = self.end(id).ok_or(io::ErrorKind::NotConnected)?;
        if end.write_closed {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let peer = end.peer;
        let room = self.room_at(peer);
        if room == 0 {
            if let Some(end) = self.end(id) {
                end.wants_room = true;
            }
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let receiver = self.end(peer).ok_or(io::ErrorKind::BrokenPipe)?;
        let before = receiver.incoming.len();
        take(room, &mut receiver.incoming);
        let count = receiver.incoming.len() - before;
        if count > 0 {
            self.edge(peer);
        }
        Ok(count)
    }

    fn receive(&mut self, id: u64, bytes: &mut [u8]) -> io::Result<usize> {
        let end = self.end(id).ok_or(io::ErrorKind::NotConnected)?;
        if end.incoming.is_empty() && !bytes.is_empty() {
            return if end.read_closed { Ok(0) } else { Err(io::ErrorKind::WouldBlock.into()) };
        }
        let count = bytes.len().min(end.incoming.len());
        let (first, rest) = end.incoming.as_slices();
        let from_first = first.len().min(count);
        bytes[..from_first].copy_from_slice(&first[..from_first]);
        bytes[from_first..count].copy_from_slice(&rest[..count - from_first]);
        end.incoming.drain(..count);
        let peer = end.peer;
        if count > 0
            && let Some(sender) = self.end(peer)
            && std::mem::take(&mut sender.wants_room)
        {
            self.edge(peer);
        }
        Ok(count)
    }
}

impl End {
    fn new(peer: u64) -> Self {
        let incoming = VecDeque::new();
        Self { peer, incoming, read_closed: false, write_closed: false, wants_room: false }
    }
}

#[derive(Debug)]
struct MemoryListener {
    shared: Arc<Shared>,
    id: u64,
}

impl Listener for MemoryListener {
    fn accept(&mut self) -> io::Result<(Box<dyn Stream>, SocketAddr)> {
        let mut world = lock(&self.shared.world);
        let socket = world.sockets.get_mut(&self.id).ok_or(io::ErrorKind::NotConnected)?;
        let Kind::Listening { waiting } = &mut socket.kind else {
            return Err(io::ErrorKind::InvalidInput.into());
        };
        let (id, peer) = waiting.pop_front().ok_or(io::ErrorKind::WouldBlock)?;
        Ok((Box::new(MemoryStream { shared: self.shared.clone(), id }), peer))
    }

    fn local_address(&self) -> io::Result<SocketAddr> {
        address(&self.shared, self.id)
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    fn as_any(&mut self) -> &mut dyn std::any::Any {
        self
    }
}

impl Drop for MemoryListener {
    fn drop(&mut self) {
        let mut world = lock(&self.shared.world);
        world.unwatch(self.id);
        world.listeners.retain(|_, id| *id != self.id);
        if let Some(Socket { kind: Kind::Listening { waiting }, .. }) = world.sockets.remove(&self.id) {
            for (id, _) in waiting {
                world.shut(id);
                world.sockets.remove(&id);
            }
        }
        drop(world);
        self.shared.changed.notify_all();
    }
}

fn address(shared: &Shared, id: u64) -> io::Result<SocketAddr> {
    let world = lock(&shared.world);
    Ok(world.sockets.get(&id).ok_or(io::ErrorKind::NotConnected)?.address)
}

#[derive(Debug)]
struct MemoryStream {
    shared: Arc<Shared>,
    id: u64,
}

impl MemoryStream {
    /// Runs a step of the world, then lets pollers that wait look again.
    fn step<T>(&self, step: impl FnOnce(&mut World) -> T) -> T {
        let outcome = step(&mut lock(&self.shared.world));
        self.shared.changed.notify_all();
        outcome
    }
}

impl Stream for MemoryStream {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.step(|world| world.receive(self.id, bytes))
    }

    fn write(&mut self, slices: &[IoSlice<'_>], _more: bool) -> io::Result<usize> {
        if slices.iter().all(|slice| slice.is_empty()) {
            return Ok(0);
        }
        self.step(|world| {
            world.send(self.id, |mut room, queue| {
                for slice in slices {
                    let part = &slice[..slice.len().min(room)];
                    queue.extend(part);
                    room -= part.len();
                }
            })
        })
    }

    fn send_file(&mut self, file: &dyn File, offset: u64, length: u64) -> io::Result<usize> {
        if length == 0 {
            return Ok(0);
        }
        self.step(|world| {
            let mut outcome = Ok(0);
            let sent = world.send(self.id, |room, queue| {
                let mut bytes = vec![0; room.min(usize::try_from(length).unwrap_or(room))];
                outcome = file.read_at(&mut bytes, offset);
                if let Ok(count) = outcome {
                    queue.extend(&bytes[..count]);
                }
            })?;
            outcome.map(|_| sent)
        })
    }

    fn shutdown(&mut self) {
        self.step(|world| world.shut(self.id));
    }

    fn local_address(&self) -> io::Result<SocketAddr> {
        address(&self.shared, self.id)
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        None
    }

    fn as_any(&mut self) -> &mut dyn std::any::Any {
        self
    }
}

impl Drop for MemoryStream {
    fn drop(&mut self) {
        self.step(|world| {
            world.unwatch(self.id);
            world.shut(self.id);
            world.sockets.remove(&self.id);
        });
    }
}

#[derive(Debug)]
struct MemoryPoller {
    shared: Arc<Shared>,
    id: u64,
}

impl MemoryPoller {
    fn watch(&self, socket: u64, token: usize) -> io::Result<()> {
        if token == usize::MAX {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut world = lock(&self.shared.world);
        let entry = world.sockets.get_mut(&socket).ok_or(io::ErrorKind::NotFound)?;
        if entry.watch.is_some() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        entry.watch = Some(Watch { poller: self.id, token });
        // The present state counts as a change; an empty one is dropped by `poll`.
        world.edge(socket);
        drop(world);
        self.shared.changed.notify_all();
        Ok(())
    }

    /// Reports edges whose socket is ready for something now, oldest first.
    fn drain(&self, world: &mut MutexGuard<'_, World>, events: &mut Vec<Ready>, at_most: usize) {
        while events.len() < at_most {
            let Some(id) = world.pollers.get_mut(&self.id).and_then(|poller| poller.queue.pop_front()) else {
                return;
            };
            let Some(Watch { token, .. }) = world.sockets.get(&id).and_then(|socket| socket.watch) else {
                continue;
            };
            let (readable, writable) = world.state(id);
            if readable || writable {
                events.push(Ready { token, readable, writable, ended: world.has_ended(id) });
            }
        }
    }
}

/// Events of one poll while the caller has not said otherwise.
const EVENTS: usize = 256;

impl Poller for MemoryPoller {
    fn add_listener(&mut self, listener: &mut dyn Listener, token: usize) -> io::Result<()> {
        let listener = listener.as_any().downcast_ref::<MemoryListener>();
        self.watch(listener.ok_or(io::ErrorKind::InvalidInput)?.id, token)
    }

    fn add(&mut self, stream: &mut dyn Stream, token: usize) -> io::Result<()> {
        let stream = stream.as_any().downcast_ref::<MemoryStream>();
        self.watch(stream.ok_or(io::ErrorKind::InvalidInput)?.id, token)
    }

    fn remove(&mut self, stream: &mut dyn Stream) -> io::Result<()> {
        let stream = stream.as_any().downcast_ref::<MemoryStream>().ok_or(io::ErrorKind::InvalidInput)?;
        let mut world = lock(&self.shared.world);
        world.unwatch(stream.id).map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn poll(&mut self, events: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()> {
        events.clear();
        let at_most = if events.capacity() == 0 { EVENTS } else { events.capacity() };
        let deadline = timeout.map(|timeout| Instant::now() + timeout);
        let mut world = lock(&self.shared.world);
        loop {
            self.drain(&mut world, events, at_most);
            let woken =
                world.pollers.get_mut(&self.id).is_some_and(|poller| std::mem::take(&mut poller.woken));
            if woken || !events.is_empty() {
                return Ok(());
            }
            let Some(deadline) = deadline else {
                world = self.shared.changed.wait(world).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            let waited = self.shared.changed.wait_timeout(world, left);
            world = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn is_pending(&self) -> bool {
        let world = lock(&self.shared.world);
        world.pollers.get(&self.id).is_some_and(|poller| poller.woken || !poller.queue.is_empty())
    }

    fn waker(&self) -> Arc<dyn Wake> {
        Arc::new(MemoryWake { shared: self.shared.clone(), poller: self.id })
    }
}

impl Drop for MemoryPoller {
    fn drop(&mut self) {
        let mut world = lock(&self.shared.world);
        world.pollers.remove(&self.id);
        for socket in world.sockets.values_mut() {
            if socket.watch.is_some_and(|watch| watch.poller == self.id) {
                socket.watch = None;
            }
        }
    }
}

#[derive(Debug)]
struct MemoryWake {
    shared: Arc<Shared>,
    poller: u64,
}

impl Wake for MemoryWake {
    fn wake(&self) {
        if let Some(poller) = lock(&self.shared.world).pollers.get_mut(&self.poller) {
            poller.woken = true;
        }
        self.shared.changed.notify_all();
    }
}
