//! The client as a whole: finds a broker by its seeds, keeps metadata fresh, opens a link to whoever should
//! answer a call, sends, waits, and makes retriable failures good until the call's time is up. Commands tell
//! a driver what to do with sockets; what the answers mean is decided by whoever made the call.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use thalweg_model::Mono;
use thalweg_wire::messages::MetadataResponse;

use crate::backoff::Backoff;
use crate::calls::metadata_call;
use crate::connection::SendError;
use crate::{
    Answer, Call, CallError, CallId, ClusterView, ConnectFailure, Connection, ConnectionEvent,
    ConnectionSettings, Target,
};

/// How a client behaves.
#[derive(Clone, Debug)]
pub struct ClientSettings {
    /// `HOST:PORT` of brokers to begin with, tried in this order.
    pub bootstrap: Vec<String>,
    /// For every connection.
    pub connection: ConnectionSettings,
    /// How long opening a socket may take.
    pub connect_timeout: Duration,
    /// How long a call may take, all attempts together, if it does not say itself.
    pub call_timeout: Duration,
    /// The first wait before another attempt; doubles.
    pub retry_backoff: Duration,
    /// The longest wait before another attempt.
    pub retry_backoff_max: Duration,
    /// Metadata older than this is asked for again.
    pub metadata_age_max: Duration,
    /// Whether asking about a topic may create it, if the broker permits.
    pub allow_auto_create: bool,
    /// Tell a failure at once while no broker has ever been reached: what a person at a terminal wants.
    pub fail_fast: bool,
    /// For spreading waits.
    pub seed: u64,
}

impl ClientSettings {
    /// Sensible settings for these seeds.
    #[must_use]
    pub fn new(bootstrap: Vec<String>) -> Self {
        Self {
            bootstrap,
            connection: ConnectionSettings {
                client_id: "thalweg".to_owned(),
                software_version: env!("CARGO_PKG_VERSION").to_owned(),
                request_timeout: Duration::from_secs(30),
                frame_bytes_max: 256 << 20,
                login: None,
            },
            connect_timeout: Duration::from_secs(10),
            call_timeout: Duration::from_secs(60),
            retry_backoff: Duration::from_millis(50),
            retry_backoff_max: Duration::from_secs(1),
            metadata_age_max: Duration::from_secs(300),
            allow_auto_create: false,
            fail_fast: false,
            seed: 1,
        }
    }
}

/// Names a socket between client and driver; never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkId(pub u64);

/// What the driver should do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Open a socket; answer with `handle_connected` or `handle_connect_failed`.
    Connect {
        /// Its name.
        link: LinkId,
        /// `HOST:PORT`.
        address: String,
    },
    /// Send bytes, in order.
    Send {
        /// On which socket.
        link: LinkId,
        /// Whole frames.
        bytes: Vec<u8>,
    },
    /// Close the socket; nothing more is heard of it.
    Close {
        /// Which one.
        link: LinkId,
    },
}

/// What the caller should know.
#[derive(Debug)]
pub enum ClientEvent {
    /// A call is over.
    Completed {
        /// Which one.
        call: CallId,
        /// Its answer. `None` is success of a call that is not answered.
        result: Result<Option<Answer>, CallError>,
    },
    /// [`Client::cluster`] has changed.
    MetadataChanged,
}

/// The machine.
#[derive(Debug)]
pub struct Client {
    settings: ClientSettings,
    cluster: ClusterView,
    metadata: Refresh,
    interest: BTreeSet<String>,
    links: BTreeMap<LinkId, Link>,
    /// Peers that could not be reached or were lost.
    down: BTreeMap<Peer, Down>,
    next_seed: usize,
    reached_once: bool,
    calls: BTreeMap<CallId, Pending>,
    waiting: BTreeSet<CallId>,
    next_id: u64,
    backoff: Backoff,
    commands: VecDeque<Command>,
    events: VecDeque<ClientEvent>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Peer {
    Seed(usize),
    Node(i32),
}

#[derive(Debug)]
struct Link {
    peer: Peer,
    address: String,
    /// `None` until the socket is open.
    connection: Option<Connection>,
    connect_deadline: Mono,
}

#[derive(Debug)]
struct Down {
    failures: u32,
    /// `None` once it may be tried again.
    retry_at: Option<Mono>,
}

impl Down {
    fn forbids(&self, now: Mono) -> bool {
        self.retry_at.is_some_and(|at| at > now)
    }
}

#[derive(Debug)]
struct Pending {
    call: Call,
    deadline: Mono,
    attempts: u32,
    not_before: Mono,
    last: Option<CallError>,
}

/// The state of the client's own Metadata call.
#[derive(Debug)]
struct Refresh {
    call: Option<CallId>,
    wanted: bool,
    refreshed_at: Option<Mono>,
    not_before: Mono,
    failures: u32,
}

impl Client {
    /// A client that has not asked anything yet.
    #[must_use]
    pub fn new(settings: ClientSettings) -> Self {
        let backoff = Backoff::new(settings.retry_backoff, settings.retry_backoff_max, settings.seed);
        Self {
            settings,
            cluster: ClusterView::default(),
            metadata: Refresh {
                call: None,
                wanted: false,
                refreshed_at: None,
                not_before: Mono(0),
                failures: 0,
            },
            interest: BTreeSet::new(),
            links: BTreeMap::new(),
            down: BTreeMap::new(),
            next_seed: 0,
            reached_once: false,
            calls: BTreeMap::new(),
            waiting: BTreeSet::new(),
            next_id: 0,
            backoff,
            commands: VecDeque::new(),
            events: VecDeque::new(),
        }
    }

    /// What is known of the cluster.
    #[must_use]
    pub fn cluster(&self) -> &ClusterView {
        &self.cluster
    }

    /// Asks for metadata of these topics too, from now on.
    pub fn watch_topics<'n>(&mut self, now: Mono, names: impl IntoIterator<Item = &'n str>) {
        for name in names {
            if self.interest.insert(name.to_owned()) {
                self.metadata.wanted = true;
            }
        }
        self.dispatch(now);
    }

    /// Metadata has proved wrong: ask again as soon as the backoff allows.
    pub fn refresh_metadata(&mut self, now: Mono) {
        self.metadata.wanted = true;
        self.dispatch(now);
    }

    /// Starts a call.
    pub fn submit(&mut self, now: Mono, call: Call) -> CallId {
        let id = self.enqueue(now, call);
        self.dispatch(now);
        id
    }

    /// The socket of a link is open.
    pub fn handle_connected(&mut self, now: Mono, link_id: LinkId) {
        if let Some(link) = self.links.get_mut(&link_id) {
            link.connection = Some(Connection::new(now, self.settings.connection.clone(), link_id.0));
            self.pump(now, link_id);
        }
    }

    /// The socket of a link could not be opened.
    pub fn handle_connect_failed(&mut self, now: Mono, link_id: LinkId, failure: ConnectFailure) {
        let Some(link) = self.links.remove(&link_id) else { return };
        let error = CallError::Connect { address: link.address, failure };
        self.peer_failed(now, link.peer, &error);
        self.dispatch(now);
    }

    /// Bytes arrived on a link.
    pub fn handle_bytes(&mut self, now: Mono, link_id: LinkId, bytes: &[u8]) {
        if let Some(connection) = self.links.get_mut(&link_id).and_then(|link| link.connection.as_mut()) {
            connection.handle_bytes(now, bytes);
            self.pump(now, link_id);
        }
    }

    /// A link's socket was closed by the peer, or failed.
    pub fn handle_closed(&mut self, now: Mono, link_id: LinkId, why: &str) {
        if let Some(connection) = self.links.get_mut(&link_id).and_then(|link| link.connection.as_mut()) {
            connection.handle_closed(why);
            self.pump(now, link_id);
        }
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Mono) {
        let late = |link: &Link| link.connection.is_none() && link.connect_deadline <= now;
        let unopened: Vec<LinkId> =
            self.links.iter().filter(|(_, link)| late(link)).map(|(&id, _)| id).collect();
        for link_id in unopened {
            self.commands.push_back(Command::Close { link: link_id });
            self.handle_connect_failed(now, link_id, ConnectFailure::TimedOut);
        }
        let open: Vec<LinkId> = self.links.keys().copied().collect();
        for link_id in open {
            if let Some(connection) = self.links.get_mut(&link_id).and_then(|link| link.connection.as_mut()) {
                connection.handle_timeout(now);
                self.pump(now, link_id);
            }
        }
        let expired: Vec<CallId> =
            self.waiting.iter().copied().filter(|id| self.calls[id].deadline <= now).collect();
        for id in expired {
            let pending = &mut self.calls.get_mut(&id).expect("a waiting call is pending");
            let (api, last) = (pending.call.api, pending.last.take().map(Box::new));
            self.complete(now, id, Err(CallError::TimedOut { api, last }));
        }
        self.dispatch(now);
    }

    /// When [`Self::handle_timeout`] wants to be called.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Mono> {
        let links = self.links.values().filter_map(|link| match &link.connection {
            Some(connection) => connection.poll_timeout(),
            None => Some(link.connect_deadline),
        });
        let calls = self.waiting.iter().map(|id| {
            let pending = &self.calls[id];
            // A call past its backoff waits for a link; then only its deadline counts.
            if pending.not_before > Mono(0) {
                pending.not_before.min(pending.deadline)
            } else {
                pending.deadline
            }
        });
        let retry = self.down.values().filter_map(|down| down.retry_at);
        let refresh = match self.metadata.refreshed_at {
            _ if self.metadata.call.is_some() => None,
            _ if self.metadata.wanted => Some(self.metadata.not_before),
            Some(at) if !self.interest.is_empty() => Some(at.after(self.settings.metadata_age_max)),
            _ => None,
        };
        links.chain(calls).chain(retry).chain(refresh).min()
    }

    /// The next thing for the driver to do.
    pub fn poll_command(&mut self) -> Option<Command> {
        self.commands.pop_front()
    }

    /// True if [`Self::poll_event`] has something.
    #[must_use]
    pub fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// The next thing for the caller to know.
    pub fn poll_event(&mut self) -> Option<ClientEvent> {
        self.events.pop_front()
    }

    fn enqueue(&mut self, now: Mono, call: Call) -> CallId {
        let id = CallId(self.next_id);
        self.next_id += 1;
        let deadline = now.after(call.timeout.unwrap_or(self.settings.call_timeout));
        self.calls.insert(id, Pending { call, deadline, attempts: 0, not_before: Mono(0), last: None });
        self.waiting.insert(id);
        id
    }

    /// Moves what a connection has queued: bytes to the driver, events into calls.
    fn pump(&mut self, now: Mono, link_id: LinkId) {
        while let Some(connection) = self.links.get_mut(&link_id).and_then(|link| link.connection.as_mut()) {
            while let Some(bytes) = connection.poll_transmit() {
                self.commands.push_back(Command::Send { link: link_id, bytes });
            }
            match connection.poll_event() {
                None => break,
                Some(ConnectionEvent::Ready) => {
                    let peer = self.links[&link_id].peer;
                    self.reached_once = true;
                    self.down.remove(&peer);
                }
                Some(ConnectionEvent::Answered { id, answer }) => self.answered(now, CallId(id), answer),
                Some(ConnectionEvent::Failed { why, unanswered }) => {
                    self.link_failed(now, link_id, why, &unanswered);
                }
            }
        }
        self.dispatch(now);
    }

    fn link_failed(&mut self, now: Mono, link_id: LinkId, why: String, unanswered: &[u64]) {
        let link = self.links.remove(&link_id).expect("the link just spoke");
        self.commands.push_back(Command::Close { link: link_id });
        let was_ready = link.connection.is_some_and(|connection| connection.has_been_ready());
        let error = CallError::Closed { address: link.address, why };
        if was_ready {
            let retry_at = now.after(self.backoff.wait(1));
            self.down.insert(link.peer, Down { failures: 1, retry_at: Some(retry_at) });
            self.metadata.wanted = true;
        } else {
            self.peer_failed(now, link.peer, &error);
        }
        for &id in unanswered {
            self.attempt_failed(now, CallId(id), error.clone());
        }
    }

    /// A peer could not be reached.
    fn peer_failed(&mut self, now: Mono, peer: Peer, error: &CallError) {
        let failures = self.down.get(&peer).map_or(0, |down| down.failures) + 1;
        let retry_at = now.after(self.backoff.wait(failures));
        self.down.insert(peer, Down { failures, retry_at: Some(retry_at) });
        self.metadata.wanted |= self.reached_once;
        let hopeless = match peer {
            Peer::Seed(_) => !self.reached_once && self.down.len() >= self.settings.bootstrap.len(),
            // Metadata named an address that cannot be reached from here: a setting, not a hiccup.
            Peer::Node(_) => true,
        };
        let concerned: Vec<CallId> = self.waiting.iter().copied().collect();
        for id in concerned {
            let pending = self.calls.get_mut(&id).expect("a waiting call is pending");
            let target = match pending.call.target {
                Target::Controller => self.cluster.controller.map_or(Target::Any, Target::Node),
                target => target,
            };
            let waits_for_peer = match peer {
                Peer::Seed(_) => true,
                Peer::Node(node) => target == Target::Node(node),
            };
            if waits_for_peer {
                pending.last = Some(error.clone());
                if (self.settings.fail_fast && hopeless && failures == 1) || !pending.call.retries && hopeless
                {
                    self.complete(now, id, Err(error.clone()));
                }
            }
        }
    }

    fn answered(&mut self, now: Mono, id: CallId, answer: Answer) {
        let Some(pending) = self.calls.get(&id) else { return };
        let code = pending.call.retry_code.and_then(|inspect| inspect(&answer));
        if let Some(code) = code.filter(|code| code.is_retriable()) {
            let retry_at = now.after(self.backoff.wait(pending.attempts));
            if retry_at < pending.deadline {
                self.metadata.wanted = true;
                let pending = self.calls.get_mut(&id).expect("looked at above");
                pending.not_before = retry_at;
                pending.last = Some(CallError::Broker(crate::BrokerError { code, message: None }));
                self.waiting.insert(id);
                return;
            }
        }
        self.complete(now, id, Ok(Some(answer)));
    }

    fn attempt_failed(&mut self, now: Mono, id: CallId, error: CallError) {
        let Some(pending) = self.calls.get_mut(&id) else { return };
        let retry_at = now.after(self.backoff.wait(pending.attempts));
        if !pending.call.retries || !error.is_retriable() {
            self.complete(now, id, Err(error));
        } else if retry_at >= pending.deadline {
            let api = pending.call.api;
            self.complete(now, id, Err(CallError::TimedOut { api, last: Some(Box::new(error)) }));
        } else {
            pending.not_before = retry_at;
            pending.last = Some(error);
            self.waiting.insert(id);
        }
    }

    fn complete(&mut self, now: Mono, id: CallId, result: Result<Option<Answer>, CallError>) {
        self.waiting.remove(&id);
        self.calls.remove(&id);
        if self.metadata.call == Some(id) {
            self.metadata.call = None;
            self.metadata_answered(now, result);
        } else {
            self.events.push_back(ClientEvent::Completed { call: id, result });
        }
    }

    fn metadata_answered(&mut self, now: Mono, result: Result<Option<Answer>, CallError>) {
        let answer = result.ok().flatten();
        match answer.as_ref().map(Answer::decode::<MetadataResponse<'_>>) {
            Some(Ok(response)) if response.error_code == 0 => {
                self.cluster.update(&response);
                self.adopt_seed_links();
                self.metadata.refreshed_at = Some(now);
                // Topics in error are asked about again by whoever needs them.
                self.metadata.failures = 0;
                self.metadata.not_before = now.after(self.backoff.wait(1));
                self.events.push_back(ClientEvent::MetadataChanged);
            }
            _ => {
                self.metadata.failures += 1;
                self.metadata.wanted = true;
                self.metadata.not_before = now.after(self.backoff.wait(self.metadata.failures));
            }
        }
    }

    /// A seed whose address is a broker's own serves as the link to that broker.
    fn adopt_seed_links(&mut self) {
        for (&node, broker) in &self.cluster.brokers {
            if self.links.values().any(|link| link.peer == Peer::Node(node)) {
                continue;
            }
            let seed =
                |link: &&mut Link| matches!(link.peer, Peer::Seed(_)) && link.address == broker.address;
            if let Some(link) = self.links.values_mut().find(seed) {
                link.peer = Peer::Node(node);
            }
        }
    }

    /// Sends what can be sent, opens what must be open.
    fn dispatch(&mut self, now: Mono) {
        for down in self.down.values_mut() {
            down.retry_at = down.retry_at.filter(|&at| at > now);
        }
        self.refresh_if_due(now);
        let waiting: Vec<CallId> = self.waiting.iter().copied().collect();
        for id in waiting {
            let Some(pending) = self.calls.get(&id) else { continue };
            if pending.not_before > now {
                continue;
            }
            let target = pending.call.target;
            if let Some(link_id) = self.route(now, target) {
                self.send(now, id, link_id);
            } else if let Some(pending) = self.calls.get_mut(&id) {
                pending.not_before = Mono(0);
            }
        }
        self.refresh_if_due(now);
    }

    fn refresh_if_due(&mut self, now: Mono) {
        let aged =
            self.metadata.refreshed_at.is_some_and(|at| at.after(self.settings.metadata_age_max) <= now);
        let due =
            (self.metadata.wanted && self.metadata.not_before <= now) || (aged && !self.interest.is_empty());
        if self.metadata.call.is_none() && due {
            self.metadata.wanted = false;
            let names: Vec<String> = self.interest.iter().cloned().collect();
            let id = self.enqueue(now, metadata_call(Some(names), self.settings.allow_auto_create));
            self.metadata.call = Some(id);
            if let Some(link_id) = self.route(now, Target::Any) {
                self.send(now, id, link_id);
            }
        }
    }

    fn send(&mut self, now: Mono, id: CallId, link_id: LinkId) {
        let pending = self.calls.get_mut(&id).expect("only pending calls are sent");
        let link = self.links.get_mut(&link_id).expect("routes lead to links");
        let connection = link.connection.as_mut().expect("routes lead to open links");
        pending.attempts += 1;
        let sent = connection.send(now, id.0, pending.deadline, &pending.call);
        while let Some(bytes) = connection.poll_transmit() {
            self.commands.push_back(Command::Send { link: link_id, bytes });
        }
        match sent {
            Ok(()) if pending.call.expects_answer => {
                self.waiting.remove(&id);
            }
            Ok(()) => self.complete(now, id, Ok(None)),
            Err(SendError::Unsupported) => {
                let error = CallError::Unsupported { api: pending.call.api, address: link.address.clone() };
                self.complete(now, id, Err(error));
            }
            Err(SendError::Encode(error)) => self.complete(now, id, Err(CallError::Encode(error))),
        }
    }

    /// The ready link to `target`; opens one, or asks for metadata, where there is none yet.
    fn route(&mut self, now: Mono, target: Target) -> Option<LinkId> {
        let node = match target {
            Target::Any => return self.route_anywhere(now),
            Target::Node(node) => node,
            Target::Controller => match self.cluster.controller {
                Some(node) => node,
                None => {
                    self.metadata.wanted = true;
                    return None;
                }
            },
        };
        if let Some((&id, link)) = self.links.iter().find(|(_, link)| link.peer == Peer::Node(node)) {
            return link.is_ready().then_some(id);
        }
        match self.cluster.brokers.get(&node).map(|broker| broker.address.clone()) {
            Some(address) => self.open(now, Peer::Node(node), address),
            None => self.metadata.wanted = true,
        }
        None
    }

    fn route_anywhere(&mut self, now: Mono) -> Option<LinkId> {
        if let Some((&id, _)) = self.links.iter().find(|(_, link)| link.is_ready()) {
            return Some(id);
        }
        if self.links.is_empty() {
            // Seeds first: metadata may be what is wrong.
            let seeds = self.settings.bootstrap.len();
            let free =
                |index: &usize| !self.down.get(&Peer::Seed(*index)).is_some_and(|down| down.forbids(now));
            let seed = (0..seeds).map(|step| (self.next_seed + step) % seeds).find(free);
            if let Some(index) = seed {
                self.next_seed = (index + 1) % seeds;
                let address = self.settings.bootstrap[index].clone();
                self.open(now, Peer::Seed(index), address);
            } else {
                let broker = self.cluster.brokers.iter().next();
                if let Some((node, address)) = broker.map(|(&node, broker)| (node, broker.address.clone())) {
                    self.open(now, Peer::Node(node), address);
                }
            }
        }
        None
    }

    fn open(&mut self, now: Mono, peer: Peer, address: String) {
        if self.down.get(&peer).is_some_and(|down| down.forbids(now)) {
            return;
        }
        let link_id = LinkId(self.next_id);
        self.next_id += 1;
        self.commands.push_back(Command::Connect { link: link_id, address: address.clone() });
        let connect_deadline = now.after(self.settings.connect_timeout);
        self.links.insert(link_id, Link { peer, address, connection: None, connect_deadline });
    }
}

impl Link {
    fn is_ready(&self) -> bool {
        self.connection.as_ref().is_some_and(Connection::is_ready)
    }
}

#[cfg(test)]
mod tests;
