//! The gate: the role that holds connections of listeners with TLS or SASL until they have shown who they are, then
//! hands them to a worker.
//!
//! Decides how much the unknown may cost: so many connections, so long, so many bytes each, so many of them in a turn.
//! When the gate is full, the one that has been there longest goes. Serves nothing but ApiVersions, SaslHandshake and
//! SaslAuthenticate. Runs at low priority: who is inside goes first.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use slab::Slab;
use thalweg_model::{Mono, Now};
use thalweg_platform::{Poller, Ready, Stream};

use super::Identity;
use super::exchange::SaslLogin;
use super::guest::{Desk, Guest, Line, Phase, Turned};
use super::tls::TlsStream;
use crate::connection::ClientInfo;
use crate::mailbox::{Receiver, Sender};
use crate::node::Node;
use crate::topics::LocalTopics;
use crate::worker::WorkerMessage;

/// What other roles tell the gate.
#[derive(Debug)]
pub enum GateMessage {
    /// A connection that has not shown anything yet.
    Adopt {
        /// The socket, not watched by any poller.
        stream: Box<dyn Stream>,
        /// The other side.
        peer: SocketAddr,
        /// Which listener it came in by.
        listener: usize,
    },
    /// The broker stops: close everything, take nothing more.
    Drain,
}

/// The role.
#[derive(Debug)]
pub struct Gate {
    node: Arc<Node>,
    poller: Box<dyn Poller>,
    mailbox: Receiver<GateMessage>,
    workers: Vec<Sender<WorkerMessage>>,
    next_worker: usize,
    guests: Slab<Guest>,
    /// Keys and generations in the order of arrival; entries of guests that have left are passed over.
    arrivals: VecDeque<(usize, u64)>,
    generation: u64,
    topics: LocalTopics,
    /// Guests with something to do, first come first served.
    ready: VecDeque<(usize, u64)>,
    events: Vec<Ready>,
    messages: VecDeque<GateMessage>,
    is_draining: bool,
}

/// Connections at the gate at once.
const GUESTS: usize = 1024;
/// How long a login may take.
const LOGIN_TIME: Duration = Duration::from_secs(15);
/// Guests served in a turn, so that new ones are looked at in between.
const GUESTS_PER_TURN: usize = 64;

impl Gate {
    /// A gate without guests.
    pub fn new(
        node: Arc<Node>,
        poller: Box<dyn Poller>,
        mailbox: Receiver<GateMessage>,
        workers: Vec<Sender<WorkerMessage>>,
    ) -> Self {
        let topics = LocalTopics::new(Arc::clone(&node.topics));
        Self {
            node,
            poller,
            mailbox,
            workers,
            next_worker: 0,
            guests: Slab::new(),
            arrivals: VecDeque::new(),
            generation: 0,
            topics,
            ready: VecDeque::new(),
            events: Vec::with_capacity(GUESTS_PER_TURN),
            messages: VecDeque::new(),
            is_draining: false,
        }
    }

    /// What ends its sleep.
    pub fn waker(&self) -> Arc<dyn thalweg_platform::Wake> {
        self.poller.waker()
    }

    /// Connections at the gate.
    pub fn guest_count(&self) -> usize {
        self.guests.len()
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
        self.guests.iter().map(|(_, guest)| guest.deadline).min()
    }

    /// Sleeps until there is something to do, at most `limit` when one is given.
    pub fn wait(&mut self, now: Now, limit: Option<Duration>) -> std::io::Result<()> {
        let timeout = if self.has_work() {
            Some(Duration::ZERO)
        } else {
            let due = self.next_deadline().map(|deadline| now.mono.until(deadline));
            due.into_iter().chain(limit).min()
        };
        self.poller.poll(&mut self.events, timeout)
    }

    /// One turn over what [`Gate::wait`] found and what was left over.
    pub fn turn(&mut self, now: Now) {
        self.take_messages(now);
        for event in std::mem::take(&mut self.events) {
            let Some(guest) = self.guests.get(event.token) else { continue };
            self.make_ready(event.token, guest.generation);
        }
        self.events.reserve(GUESTS_PER_TURN);
        self.serve_ready(now);
        self.end_late(now);
        self.node.metrics.guests.set(self.guests.len() as i64);
    }

    fn take_messages(&mut self, now: Now) {
        let mut messages = std::mem::take(&mut self.messages);
        self.mailbox.drain(&mut messages);
        for message in messages.drain(..) {
            match message {
                GateMessage::Adopt { stream, peer, .. } if self.is_draining => {
                    self.node.admission.release(peer.ip());
                    drop(stream);
                }
                GateMessage::Adopt { stream, peer, listener } => self.adopt(stream, peer, listener, now),
                GateMessage::Drain => {
                    self.is_draining = true;
                    let all: Vec<usize> = self.guests.iter().map(|(key, _)| key).collect();
                    all.into_iter().for_each(|key| self.close(key, "the broker is stopping"));
                }
            }
        }
        self.messages = messages;
    }

    fn adopt(&mut self, stream: Box<dyn Stream>, peer: SocketAddr, listener: usize, now: Now) {
        while self.guests.len() >= GUESTS {
            let Some((key, generation)) = self.arrivals.pop_front() else { break };
            if self.is_here(key, generation) {
                self.node.metrics.workers[0].connections_refused.add(1);
                self.close(key, "too many connections that have not logged in");
            }
        }
        let login = self.node.logins.of(listener);
        if let Some(keys) = login.and_then(|login| login.bearer.as_ref()) {
            keys.refresh(now.mono);
        }
        let tls = login.and_then(|login| login.tls.as_ref());
        let (mut line, phase) = match tls {
            None => (Line::Plain(stream), Phase::Login),
            Some(tls) => match TlsStream::new(stream, tls.server(now.mono)) {
                Ok(stream) => (Line::Tls(Box::new(stream)), Phase::Handshake),
                Err(error) => {
                    tracing::error!(event = "connection_lost", %peer, %error, "TLS cannot begin");
                    self.node.admission.release(peer.ip());
                    return;
                }
            },
        };
        self.generation += 1;
        let entry = self.guests.vacant_entry();
        let key = entry.key();
        if let Err(error) = self.poller.add(line.stream(), key) {
            tracing::error!(event = "connection_lost", %peer, %error, "cannot watch the connection");
            self.node.admission.release(peer.ip());
            return;
        }
        entry.insert(Guest {
            generation: self.generation,
            line,
            peer,
            listener,
            deadline: now.mono.after(LOGIN_TIME),
            incoming: Vec::new(),
            outgoing: Vec::new(),
            sent: 0,
            login: SaslLogin::new(now.mono),
            client: ClientInfo::default(),
            phase,
            on_ready_list: false,
        });
        self.arrivals.push_back((key, self.generation));
        // Guests that have left are in the list until they come to its front; it must not outgrow them by far.
        if self.arrivals.len() > 2 * GUESTS {
            let guests = &self.guests;
            let is_here = |&(key, generation): &(usize, u64)| {
                guests.get(key).is_some_and(|guest| guest.generation == generation)
            };
            self.arrivals.retain(is_here);
        }
        self.make_ready(key, self.generation);
    }

    fn is_here(&self, key: usize, generation: u64) -> bool {
        self.guests.get(key).is_some_and(|guest| guest.generation == generation)
    }

    fn make_ready(&mut self, key: usize, generation: u64) {
        let Some(guest) = self.guests.get_mut(key).filter(|guest| guest.generation == generation) else {
            return;
        };
        if !std::mem::replace(&mut guest.on_ready_list, true) {
            self.ready.push_back((key, generation));
        }
    }

    fn serve_ready(&mut self, now: Now) {
        for _ in 0..GUESTS_PER_TURN {
            let Some((key, generation)) = self.ready.pop_front() else { return };
            let Some(guest) = self.guests.get_mut(key).filter(|guest| guest.generation == generation) else {
                continue;
            };
            guest.on_ready_list = false;
            let mut desk =
                Desk { node: &self.node, topics: &mut self.topics, mailbox: &self.workers[0], now };
            match guest.turn(&mut desk) {
                Turned::Waits => {}
                Turned::HasMore => self.make_ready(key, generation),
                Turned::Enters => self.hand_over(key),
                Turned::Close(why) => self.close(key, why),
            }
        }
    }

    /// Closes those whose time is up; a refusal is told first.
    fn end_late(&mut self, now: Now) {
        let is_late = |(key, guest): (usize, &Guest)| (guest.deadline <= now.mono).then_some(key);
        let late: Vec<usize> = self.guests.iter().filter_map(is_late).collect();
        for key in late {
            let Some(guest) = self.guests.get_mut(key) else { continue };
            let why = match &mut guest.phase {
                Phase::Refused(answer) => {
                    let answer = std::mem::take(answer);
                    guest.send(&answer);
                    // What a socket that has hardly been used does not take is not waited for.
                    _ = guest.flush();
                    "its login was refused"
                }
                Phase::Handshake | Phase::Login | Phase::Leaving(_) => "it has not logged in in time",
            };
            self.close(key, why);
        }
    }

    fn hand_over(&mut self, key: usize) {
        let mut guest = self.guests.remove(key);
        if let Err(error) = self.poller.remove(guest.line.stream()) {
            tracing::error!(event = "connection_lost", peer = %guest.peer, %error, "cannot hand it over");
            self.node.admission.release(guest.peer.ip());
            return;
        }
        let identity = match guest.phase {
            Phase::Leaving(identity) => identity,
            Phase::Handshake | Phase::Login | Phase::Refused(_) => None,
        };
        let worker = &self.workers[self.next_worker % self.workers.len()];
        self.next_worker = self.next_worker.wrapping_add(1);
        worker.send(WorkerMessage::Enter(Box::new(Entrance {
            stream: guest.line.into_stream(),
            peer: guest.peer,
            listener: guest.listener,
            identity,
            client: guest.client,
            bytes: guest.incoming,
        })));
    }

    fn close(&mut self, key: usize, why: &str) {
        let Some(mut guest) = self.guests.try_remove(key) else { return };
        tracing::debug!(event = "connection_closed", peer = %guest.peer, why);
        if let Err(error) = self.poller.remove(guest.line.stream()) {
            tracing::debug!(event = "connection_close_failed", peer = %guest.peer, %error);
        }
        guest.line.stream().shutdown();
        self.node.admission.release(guest.peer.ip());
    }
}

/// A connection that has shown who it is, on its way to a worker.
#[derive(Debug)]
pub struct Entrance {
    /// The socket, not watched by any poller.
    pub stream: Box<dyn Stream>,
    /// The other side.
    pub peer: SocketAddr,
    /// Which listener it came in by.
    pub listener: usize,
    /// Who it is; `None`: the listener did not ask.
    pub identity: Option<Box<Identity>>,
    /// What it says of itself.
    pub client: ClientInfo,
    /// Bytes it has sent already.
    pub bytes: Vec<u8>,
}
