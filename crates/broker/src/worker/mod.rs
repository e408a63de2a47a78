//! The data worker: the loop on the record's path.
//!
//! A worker owns connections for life. One turn: take what is ready → read and check requests → write each
//! partition's batches with one call → wake who waited → send every connection's answers with one call. It
//! decides the order of things inside a turn and nothing about their content. It never syncs, creates or
//! removes a file, never reads what is not in the page cache, never waits for a lock held over I/O of another
//! kind; those go to their roles and come back by mailbox.

mod answers;
mod appends;
mod fetches;
mod intake;
mod reply;
mod throttle;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use slab::Slab;
use thalweg_model::{Mono, Now};
use thalweg_platform::{Listener, Poller, Ready, Stream};
use thalweg_security::Principal;
use thalweg_wire::Writer;

pub use fetches::ParkedId;
pub use reply::{ProduceTicket, Reply, encode_response, encode_with_files};

use crate::api::produce::{PartitionOutcome, ProduceState};
use crate::connection::slots::{Response, SlotNumber};
use crate::connection::{Connection, ConnectionId, Pause};
use crate::login::gate::{Entrance, GateMessage};
use crate::mailbox::{Receiver, Sender};
use crate::memory::{BufferPool, FrameBuffer};
use crate::metrics::Asked;
use crate::node::Node;
use crate::timer::Wheel;
use crate::topics::LocalTopics;

/// A worker's place among the workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerId(pub usize);

/// What other roles tell a worker.
#[derive(Debug)]
pub enum WorkerMessage {
    /// A connection to own.
    Adopt {
        /// The socket, not watched by any poller.
        stream: Box<dyn Stream>,
        /// The other side.
        peer: SocketAddr,
        /// Which listener it came in by.
        listener: usize,
    },
    /// A connection that has shown who it is.
    Enter(Box<Entrance>),
    /// The answer of a request that was handed away.
    Fill {
        /// Whose.
        connection: ConnectionId,
        /// Which.
        slot: SlotNumber,
        /// `None`: there is no answer, the connection must be closed.
        response: Option<Response>,
    },
    /// One partition of a Produce was written, or refused, elsewhere.
    Produced {
        /// Whose.
        connection: ConnectionId,
        /// Which; `None` for acks=0.
        slot: Option<SlotNumber>,
        /// Which partition of the request.
        place: u32,
        /// How it went.
        outcome: PartitionOutcome,
    },
    /// A watched partition has grown.
    FetchWake(ParkedId),
    /// Cold bytes a parked fetch wanted are in the page cache now.
    FetchWarm(ParkedId),
    /// Stop accepting; close connections as they fall idle.
    Drain,
    /// Stop now.
    Stop,
}

/// What a deadline is about.
#[derive(Debug)]
enum Deadline {
    /// A parked fetch has waited long enough.
    Fetch(ParkedId),
    /// Look for idle connections and stalled frames.
    Sweep,
    /// A client that exceeded a quota has waited.
    Unmute(ConnectionId),
    /// Look again at listeners that refused and at connections that wait for memory.
    Retry,
}

/// A listening socket this worker accepts from.
#[derive(Debug)]
struct Accepting {
    listener: Box<dyn Listener>,
    /// Index among the broker's listeners.
    index: usize,
}

/// The role.
#[derive(Debug)]
pub struct Worker {
    id: WorkerId,
    node: Arc<Node>,
    poller: Box<dyn Poller>,
    mailbox: Receiver<WorkerMessage>,
    /// Mailboxes of all workers by [`WorkerId`], this one's included.
    peers: Vec<Sender<WorkerMessage>>,
    accepting: Vec<Accepting>,
    connections: Slab<Connection>,
    generation: u64,
    next_peer: usize,
    topics: LocalTopics,
    now: Now,
    wheel: Wheel<Deadline>,
    retry_is_set: bool,

    /// Connections with input to work on, first come first served.
    ready: VecDeque<ConnectionId>,
    /// Connections whose slots changed in this turn.
    answer: Vec<ConnectionId>,
    /// Connections that wait for request memory, in order.
    hungry: VecDeque<ConnectionId>,
    parked: Slab<fetches::Parked>,
    /// Connections that were turned away, until they are closed.
    held: Vec<throttle::Held>,

    scratch: Vec<u8>,
    scratch_used: usize,
    pool: BufferPool,
    /// Large frames whose batches are staged in this turn.
    turn_frames: Vec<FrameBuffer>,
    staging: appends::Staging,
    spare_buffers: Vec<Vec<u8>>,
    /// Produce answers are written here before they join the connection's.
    answer_writer: Writer,
    #[expect(clippy::vec_box, reason = "the boxes themselves move into slots and back")]
    spare_states: Vec<Box<ProduceState>>,
    /// Bytes and requests taken in this turn.
    turn_bytes: usize,
    /// Requests answered in this turn; those that came alike in one entry.
    answered: Vec<(Asked, u64)>,
    /// When the latest request of this turn whose time counts was done, while no other has come since.
    timed_until: Option<Mono>,

    events: Vec<Ready>,
    messages: VecDeque<WorkerMessage>,
    fired: Vec<Deadline>,
    is_draining: bool,
    is_stopped: bool,
}

/// The shared scratch small frames are read into: about an L2 cache, so that bytes are still there when they
/// are checked and written.
const SCRATCH: usize = 1 << 20;
/// Bytes read from one connection at a time.
const READ_AT_ONCE: usize = 64 << 10;
/// A turn ends after this many bytes.
const TURN_BYTES: usize = 8 << 20;
/// A turn ends after this many connections.
const TURN_EVENTS: usize = 256;
/// How often idle connections and stalled frames are looked for.
const SWEEP: Duration = Duration::from_secs(1);
/// How soon what was refused is tried again.
const RETRY: Duration = Duration::from_millis(20);
/// How long a frame may make no progress.
const FRAME_STALL: Duration = Duration::from_secs(30);
/// Token of the first listener; connections have their slab key.
const LISTENER_TOKENS: usize = usize::MAX / 2;

impl Worker {
    /// A worker without connections.
    pub fn new(
        id: WorkerId,
        node: Arc<Node>,
        poller: Box<dyn Poller>,
        mailbox: Receiver<WorkerMessage>,
        peers: Vec<Sender<WorkerMessage>>,
        now: Now,
    ) -> Self {
        let topics = LocalTopics::new(Arc::clone(&node.topics));
        let pool = BufferPool::new(Arc::clone(&node.memory));
        let mut wheel = Wheel::new(now.mono);
        wheel.set(now.mono.after(SWEEP), Deadline::Sweep);
        Self {
            id,
            node,
            poller,
            mailbox,
            peers,
            accepting: Vec::new(),
            connections: Slab::new(),
            generation: 0,
            next_peer: id.0,
            topics,
            now,
            wheel,
            retry_is_set: false,
            ready: VecDeque::new(),
            answer: Vec::new(),
            hungry: VecDeque::new(),
            parked: Slab::new(),
            held: Vec::new(),
            scratch: vec![0; SCRATCH],
            scratch_used: 0,
            pool,
            turn_frames: Vec::new(),
            staging: appends::Staging::default(),
            spare_buffers: Vec::new(),
            answer_writer: Writer::new(),
            spare_states: Vec::new(),
            turn_bytes: 0,
            answered: Vec::new(),
            timed_until: None,
            events: Vec::with_capacity(TURN_EVENTS),
            messages: VecDeque::new(),
            fired: Vec::new(),
            is_draining: false,
            is_stopped: false,
        }
    }

    /// Accepts connections from a listener and deals them to all workers in turn.
    pub fn accept_from(&mut self, mut listener: Box<dyn Listener>, index: usize) -> std::io::Result<()> {
        self.poller.add_listener(&mut *listener, LISTENER_TOKENS + self.accepting.len())?;
        self.accepting.push(Accepting { listener, index });
        Ok(())
    }

    /// True after [`WorkerMessage::Stop`].
    pub fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Connections owned.
    pub fn connection_count(&self) -> usize {
        self.connections.len()
    }

    /// Who the connections' clients are.
    pub fn principals(&self) -> impl Iterator<Item = &Principal> {
        self.connections.iter().map(|(_, connection)| &*connection.principal)
    }

    /// False when a turn now would find nothing to do.
    pub fn is_pending(&self, now: Now) -> bool {
        self.has_work()
            || self.poller.is_pending()
            || self.next_deadline().is_some_and(|deadline| deadline <= now.mono)
    }

    fn has_work(&self) -> bool {
        !self.ready.is_empty() || !self.mailbox.is_empty()
    }

    /// When a turn is due though nothing arrives.
    pub fn next_deadline(&self) -> Option<Mono> {
        self.wheel.next_deadline()
    }

    /// Sleeps until there is something to do, at most until `limit` from now when one is given. The turn that
    /// follows takes what was found.
    pub fn wait(&mut self, now: Now, limit: Option<Duration>) -> std::io::Result<()> {
        let timeout = if self.has_work() {
            Some(Duration::ZERO)
        } else {
            let due = self.next_deadline().map(|deadline| now.mono.until(deadline));
            due.into_iter().chain(limit).min()
        };
        self.poller.poll(&mut self.events, timeout)
    }

    /// One turn over what [`Worker::wait`] found and what was left over. Returns when it ended, so that nobody need
    /// read the clock again before the next sleep.
    pub fn turn(&mut self, now: Now) -> Now {
        self.now = now;
        self.turn_bytes = 0;
        self.scratch_used = 0;
        self.timed_until = None;
        self.topics.refresh();
        self.take_messages();
        self.take_events();
        self.fire_deadlines();
        self.feed_hungry();
        self.read_ready();
        self.write_appends();
        self.send_answers();
        let end = self.node.clock.mono();
        self.count_turn(end);
        Now { mono: end, ..now }
    }

    /// One reading of the clock for all that the turn has done.
    fn count_turn(&mut self, end: Mono) {
        if !thalweg_metrics::COUNTS {
            return self.answered.clear();
        }
        let metrics = &self.node.metrics.workers[self.id.0];
        metrics.note_turn(self.now.mono, end);
        metrics.connections.set(self.connections.len() as i64);
        for (asked, count) in self.answered.drain(..) {
            metrics.note_answers(asked, count, end);
        }
    }

    fn take_messages(&mut self) {
        let mut messages = std::mem::take(&mut self.messages);
        self.mailbox.drain(&mut messages);
        for message in messages.drain(..) {
            match message {
                WorkerMessage::Adopt { stream, peer, listener } => {
                    self.adopt(stream, peer, listener);
                }
                WorkerMessage::Enter(entrance) => self.enter(*entrance),
                WorkerMessage::Fill { connection, slot, response } => {
                    self.fill(connection, slot, response);
                }
                WorkerMessage::Produced { connection, slot, place, outcome } => {
                    self.produced(connection, slot, place, outcome);
                }
                WorkerMessage::FetchWake(parked) => self.wake_fetch(parked, false),
                WorkerMessage::FetchWarm(parked) => self.wake_fetch(parked, true),
                WorkerMessage::Drain => self.drain_connections(),
                WorkerMessage::Stop => self.is_stopped = true,
            }
        }
        self.messages = messages;
    }

    fn take_events(&mut self) {
        let events = std::mem::take(&mut self.events);
        for event in &events {
            if event.token >= LISTENER_TOKENS {
                self.accept(event.token - LISTENER_TOKENS);
                continue;
            }
            let Some(connection) = self.connections.get_mut(event.token) else { continue };
            let id = connection.id;
            connection.has_ended |= event.ended;
            if event.readable {
                connection.is_readable = true;
                self.make_ready(id);
            }
            if event.writable {
                self.note_answer(id);
            }
        }
        self.events = events;
    }

    fn accept(&mut self, place: usize) {
        // The backlog is emptied: edge-triggered, there is no second event for what is left.
        while !self.is_draining {
            let Some(accepting) = self.accepting.get_mut(place) else { return };
            match accepting.listener.accept() {
                Ok((stream, peer)) => {
                    let listener = accepting.index;
                    if !self.node.admission.admit(peer.ip()) {
                        // Dropped at once, as Kafka does at max.connections and max.connections.per.ip.
                        self.node.metrics.workers[self.id.0].connections_refused.add(1);
                        tracing::warn!(event = "connection_refused", %peer, "connection limit reached");
                        continue;
                    }
                    let wait = self.node.quotas.connected(peer.ip(), self.now.mono_ms());
                    if wait > 0 {
                        self.node.admission.release(peer.ip());
                        self.node.metrics.workers[self.id.0].connections_refused.add(1);
                        self.hold(stream, wait);
                        continue;
                    }
                    self.deal(stream, peer, listener);
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) if is_peer_fault(&error) => {}
                Err(error) if error.kind() == std::io::ErrorKind::QuotaExceeded => {
                    self.node.metrics.workers[self.id.0].connections_refused.add(1);
                    tracing::warn!(event = "connection_refused", %error);
                }
                Err(error) => {
                    // Out of descriptors or memory: the backlog waits, and is looked at again shortly.
                    tracing::error!(event = "accept_failed", %error, "cannot accept connections; will try again");
                    self.retry_soon();
                    return;
                }
            }
        }
    }

    fn deal(&mut self, stream: Box<dyn Stream>, peer: SocketAddr, listener: usize) {
        if self.node.logins.of(listener).is_some() {
            self.node.gate.send(GateMessage::Adopt { stream, peer, listener });
            return;
        }
        let peer_worker = self.next_peer % self.peers.len();
        self.next_peer = self.next_peer.wrapping_add(1);
        if peer_worker == self.id.0 {
            self.adopt(stream, peer, listener);
        } else {
            self.peers[peer_worker].send(WorkerMessage::Adopt { stream, peer, listener });
        }
    }

    /// Owns a connection that comes from the gate.
    fn enter(&mut self, entrance: Entrance) {
        let Entrance { stream, peer, listener, identity, client, bytes } = entrance;
        let Some(connection) = self.adopt(stream, peer, listener) else { return };
        connection.client = client;
        connection.carry = bytes;
        let id = connection.id;
        if let Some(identity) = identity {
            connection.principal = identity.principal;
            connection.session = identity.session;
        }
        if self.is_draining {
            // It comes too late, and there may be nothing else to close it.
            self.note_answer(id);
        }
    }

    fn adopt(
        &mut self,
        mut stream: Box<dyn Stream>,
        peer: SocketAddr,
        listener: usize,
    ) -> Option<&mut Connection> {
        self.generation += 1;
        self.node.metrics.workers[self.id.0].connections_adopted.add(1);
        let entry = self.connections.vacant_entry();
        let id = ConnectionId { key: entry.key(), generation: self.generation };
        if let Err(error) = self.poller.add(&mut *stream, id.key) {
            tracing::error!(event = "connection_lost", %peer, %error, "cannot watch the connection");
            self.node.admission.release(peer.ip());
            return None;
        }
        entry.insert(Connection::new(id, stream, peer, listener, self.now.mono));
        self.make_ready(id);
        self.connection(id)
    }

    /// The connection, if it is still the one meant.
    fn connection(&mut self, id: ConnectionId) -> Option<&mut Connection> {
        self.connections.get_mut(id.key).filter(|connection| connection.id == id)
    }

    /// Puts a connection with input on the ready list, unless something pauses it.
    fn make_ready(&mut self, id: ConnectionId) {
        let Some(connection) = self.connection(id) else { return };
        if connection.pause == Pause::None && connection.has_input() && !connection.on_ready_list {
            connection.on_ready_list = true;
            self.ready.push_back(id);
        }
    }

    /// Has the connection's ring and socket queue looked at when the turn ends.
    fn note_answer(&mut self, id: ConnectionId) {
        let Some(connection) = self.connection(id) else { return };
        if !connection.on_answer_list {
            connection.on_answer_list = true;
            self.answer.push(id);
        }
    }

    fn feed_hungry(&mut self) {
        // In order: the first that cannot be fed keeps the others waiting, so that none starves.
        while !self.node.memory.is_exhausted() {
            let Some(id) = self.hungry.pop_front() else { return };
            if let Some(connection) = self.connection(id)
                && connection.pause == Pause::Memory
            {
                connection.pause = Pause::None;
                self.make_ready(id);
            }
        }
        if !self.hungry.is_empty() {
            self.retry_soon();
        }
    }

    fn retry_soon(&mut self) {
        if !std::mem::replace(&mut self.retry_is_set, true) {
            self.wheel.set(self.now.mono.after(RETRY), Deadline::Retry);
        }
    }

    fn fire_deadlines(&mut self) {
        let mut fired = std::mem::take(&mut self.fired);
        self.wheel.advance(self.now.mono, &mut fired);
        for deadline in fired.drain(..) {
            match deadline {
                Deadline::Fetch(parked) => self.fetch_deadline(parked),
                Deadline::Sweep => self.sweep(),
                Deadline::Unmute(connection) => self.unmute(connection),
                Deadline::Retry => {
                    self.retry_is_set = false;
                    (0..self.accepting.len()).for_each(|place| self.accept(place));
                }
            }
        }
        self.fired = fired;
    }

    /// Closes connections that have been idle too long, and those whose frame or answer does not move.
    fn sweep(&mut self) {
        self.wheel.set(self.now.mono.after(SWEEP), Deadline::Sweep);
        self.let_go();
        let now = self.now.mono;
        let idle_limit = self.node.config.network.connections_max_idle_ms;
        let mut close: Vec<(ConnectionId, &'static str)> = Vec::new();
        for (_, connection) in &self.connections {
            let stalled = |since: Mono, limit: Duration| since.until(now) >= limit;
            if connection.muted_until.is_some() {
                continue;
            }
            if connection.frame_progress.is_some_and(|since| stalled(since, FRAME_STALL)) {
                close.push((connection.id, "a request stopped arriving half way"));
            } else if !connection.outbound.is_empty() && stalled(connection.last_active, FRAME_STALL * 4) {
                close.push((connection.id, "the client does not read its answers"));
            } else if connection.ring.is_empty()
                && idle_limit.is_some_and(|ms| now >= connection.last_active.after_ms(ms))
            {
                close.push((connection.id, "idle longer than connections.max.idle.ms"));
            }
        }
        for (id, why) in close {
            self.close(id, why);
        }
        if self.connections.is_empty() {
            self.pool.shrink();
        }
    }

    fn drain_connections(&mut self) {
        self.is_draining = true;
        self.accepting.clear();
        // Fetches that wait get what there is; connections without a debt are closed at the turn's end.
        let parked: Vec<ParkedId> = self.parked.iter().map(|(_, parked)| parked.id()).collect();
        for id in parked {
            self.fetch_deadline(id);
        }
        let connections: Vec<ConnectionId> =
            self.connections.iter().map(|(_, connection)| connection.id).collect();
        for id in connections {
            self.note_answer(id);
        }
    }

    /// Ends a connection and gives back what it held. Parked fetches find out when they are woken.
    fn close(&mut self, id: ConnectionId, why: &str) {
        if self.connection(id).is_none() {
            return;
        }
        let mut connection = self.connections.remove(id.key);
        tracing::debug!(event = "connection_closed", peer = %connection.peer, why);
        if let Err(error) = self.poller.remove(&mut *connection.stream) {
            tracing::debug!(event = "connection_close_failed", peer = %connection.peer, %error);
        }
        connection.stream.shutdown();
        if let Some(frame) = connection.large.take() {
            self.pool.finish(frame);
        }
        self.node.admission.release(connection.peer.ip());
        self.unpark_all(std::mem::take(&mut connection.parked));
    }
}

/// Accept errors that concern the connection that was about to be accepted, not the listener.
fn is_peer_fault(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::ConnectionAborted
            | std::io::ErrorKind::ConnectionReset
            | std::io::ErrorKind::TimedOut
    )
}
