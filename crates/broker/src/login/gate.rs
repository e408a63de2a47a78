//! The gate: the role that holds connections of listeners with TLS or SASL until they have shown who they are, then
//! hands them to a worker.
//!
//! Decides how much the unknown may cost: so many connections, so long, so many bytes each, so many of them in a turn.
//! When the gate is full, the one that has been there longest goes. Serves nothing but ApiVersions, SaslHandshake and
//! SaslAuthenticate. Runs at low priority: who is inside goes first.

use std::collections::VecDeque;
use std::io::{ErrorKind, IoSlice};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use slab::Slab;
use thalweg_model::{Mono, Now};
use thalweg_platform::{Poller, Ready, Stream};
use thalweg_security::Principal;
use thalweg_wire::headers::RequestHeader;
use thalweg_wire::messages::{
    SaslAuthenticateRequest, SaslAuthenticateResponse, SaslHandshakeRequest, SaslHandshakeResponse,
};
use thalweg_wire::{ApiKey, Decode, Encode, ErrorCode, Reader};

use super::exchange::{Judged, SaslLogin, Surroundings};
use super::tls::TlsStream;
use super::{Identity, ListenerLogin};
use crate::api::{self, Answer, Caller, Header};
use crate::connection::slots::SlotNumber;
use crate::connection::{ClientInfo, ConnectionId, PREFIX, frame_length};
use crate::mailbox::{Receiver, Sender};
use crate::node::Node;
use crate::topics::LocalTopics;
use crate::worker::{WorkerMessage, encode_response};

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

/// A connection at the gate.
#[derive(Debug)]
struct Guest {
    generation: u64,
    line: Line,
    peer: SocketAddr,
    listener: usize,
    deadline: Mono,
    /// Bytes of a frame that is not complete.
    incoming: Vec<u8>,
    /// Bytes that are leaving.
    outgoing: Vec<u8>,
    sent: usize,
    login: SaslLogin,
    client: ClientInfo,
    phase: Phase,
    on_ready_list: bool,
}

#[derive(Debug)]
enum Phase {
    /// In the TLS handshake.
    Handshake,
    /// Logging in.
    Login,
    /// It has been refused; the answer leaves at the deadline, and then it is closed.
    Refused(Vec<u8>),
    /// To be handed over once what is leaving has left.
    Leaving(Option<Box<Identity>>),
}

/// A guest's socket.
#[derive(Debug)]
enum Line {
    Plain(Box<dyn Stream>),
    Tls(Box<TlsStream>),
}

impl Line {
    fn stream(&mut self) -> &mut dyn Stream {
        match self {
            Self::Plain(stream) => &mut **stream,
            Self::Tls(stream) => &mut **stream,
        }
    }

    fn into_stream(self) -> Box<dyn Stream> {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => stream,
        }
    }
}

/// What became of a guest's turn.
enum Turned {
    /// It waits for its socket.
    Waits,
    /// It has more to do than one turn gives.
    HasMore,
    /// It is in.
    Enters,
    /// It is to be closed, for this reason.
    Close(&'static str),
}

/// Connections at the gate at once.
const GUESTS: usize = 1024;
/// How long a login may take.
const LOGIN_TIME: Duration = Duration::from_secs(15);
/// Guests served in a turn, so that new ones are looked at in between.
const GUESTS_PER_TURN: usize = 64;
/// Bytes read at once.
const READ_BYTES: usize = 4 << 10;
/// Requests of one guest in a row.
const FRAMES_PER_TURN: usize = 4;

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

/// What a guest's turn may use.
struct Desk<'a> {
    node: &'a Arc<Node>,
    topics: &'a mut LocalTopics,
    mailbox: &'a Sender<WorkerMessage>,
    now: Now,
}

impl Guest {
    fn turn(&mut self, desk: &mut Desk<'_>) -> Turned {
        let node = Arc::clone(desk.node);
        let Some(listener) = node.logins.of(self.listener) else {
            return Turned::Close("its listener is gone");
        };
        if let Err(why) = self.flush() {
            return Turned::Close(why);
        }
        for _ in 0..FRAMES_PER_TURN {
            match &self.phase {
                // Deaf until the delay is over; a client that goes away is noticed then.
                Phase::Refused(_) => return Turned::Waits,
                Phase::Leaving(_) if self.outgoing.is_empty() => return Turned::Enters,
                Phase::Leaving(_) => return Turned::Waits,
                // One question at a time: what it is owed leaves before the next is read.
                Phase::Handshake => match self.handshake(listener) {
                    Ok(true) => continue,
                    Ok(false) => return Turned::Waits,
                    Err(why) => return Turned::Close(why),
                },
                Phase::Login if !self.outgoing.is_empty() => return Turned::Waits,
                Phase::Login => {}
            }
            let length = match frame_length(&self.incoming, listener.frame_bytes) {
                Ok(length) => length,
                Err(why) => return Turned::Close(why),
            };
            let whole = length.map(|length| PREFIX + length).filter(|whole| self.incoming.len() >= *whole);
            let Some(whole) = whole else {
                match self.read() {
                    Ok(true) => continue,
                    Ok(false) => return Turned::Waits,
                    Err(why) => return Turned::Close(why),
                }
            };
            let frame: Vec<u8> = self.incoming.drain(..whole).skip(PREFIX).collect();
            if let Err(why) = self.take_frame(&frame, listener, desk) {
                return Turned::Close(why);
            }
            if let Err(why) = self.flush() {
                return Turned::Close(why);
            }
        }
        Turned::HasMore
    }

    /// Goes on with the TLS handshake; true when it is done. Where nothing else is asked, the certificate says who the
    /// client is.
    fn handshake(&mut self, listener: &ListenerLogin) -> Result<bool, &'static str> {
        let (Line::Tls(stream), Some(tls)) = (&mut self.line, &listener.tls) else {
            return Err("there is no TLS here");
        };
        match stream.handshake() {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(error) => {
                tracing::debug!(event = "tls_handshake_failed", peer = %self.peer, %error);
                return Err("its TLS handshake failed");
            }
        }
        if listener.has_sasl() {
            self.phase = Phase::Login;
            return Ok(true);
        }
        let identity = match stream.client_certificate() {
            None => None,
            Some(certificate) => {
                let user =
                    tls.user_of(certificate).ok_or("no rule makes a user of its certificate's name")?;
                Some(Box::new(Identity { principal: Arc::new(Principal::user(&user)), session: None }))
            }
        };
        self.phase = Phase::Leaving(identity);
        Ok(true)
    }

    /// Reads some; false when there is nothing.
    fn read(&mut self) -> Result<bool, &'static str> {
        let mut bytes = [0; READ_BYTES];
        loop {
            match self.line.stream().read(&mut bytes) {
                Ok(0) => return Err("the client closed it before it had logged in"),
                Ok(count) => {
                    self.incoming.extend_from_slice(&bytes[..count]);
                    return Ok(true);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err("the connection broke"),
            }
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.outgoing.extend_from_slice(bytes);
    }

    fn flush(&mut self) -> Result<(), &'static str> {
        while self.sent < self.outgoing.len() {
            match self.line.stream().write(&[IoSlice::new(&self.outgoing[self.sent..])], false) {
                Ok(count) => self.sent += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Err("the connection broke"),
            }
        }
        self.outgoing.clear();
        self.sent = 0;
        // What encryption holds back goes on here or, behind the gate, on the worker.
        if self.line.stream().has_unsent() {
            match self.line.stream().write(&[], false) {
                Ok(_) => {}
                Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                Err(_) => return Err("the connection broke"),
            }
        }
        Ok(())
    }

    fn take_frame(
        &mut self,
        frame: &[u8],
        listener: &ListenerLogin,
        desk: &mut Desk<'_>,
    ) -> Result<(), &'static str> {
        let surroundings = Surroundings { node: desk.node, listener, now: desk.now };
        if self.login.is_raw() {
            let judged = self.login.message(frame, surroundings);
            return self.answer_raw(judged.ok_or("a message behind the end of its login")?, desk);
        }
        let mut reader = Reader::new(frame);
        let header = RequestHeader::read(&mut reader).map_err(|_| "its request header cannot be read")?;
        let (key, version) = (ApiKey::from_code(header.request_api_key), header.request_api_version);
        let body = reader.rest();
        match key {
            Some(ApiKey::ApiVersions) if self.login.may_ask_versions() => {
                self.tell_versions(&header, body, desk)
            }
            Some(key @ ApiKey::SaslHandshake) if api::serves(key, version) => {
                let request = SaslHandshakeRequest::decode(&mut Reader::new(body), version)
                    .map_err(|_| "its SaslHandshake cannot be read")?;
                let begun = self.login.handshake(request.mechanism, version == 0, surroundings);
                let code = begun.as_ref().map_or_else(|denied| denied.code, |()| ErrorCode::None);
                let response =
                    SaslHandshakeResponse { error_code: code.code(), mechanisms: listener.mechanism_names() };
                let answer = encode(key, &header, &response)?;
                match begun {
                    Ok(()) => self.send(&answer),
                    Err(denied) => self.refuse(answer, &denied.why, desk),
                }
                Ok(())
            }
            Some(key @ ApiKey::SaslAuthenticate) if api::serves(key, version) => {
                let request = SaslAuthenticateRequest::decode(&mut Reader::new(body), version)
                    .map_err(|_| "its SaslAuthenticate cannot be read")?;
                let judged = self.login.message(request.auth_bytes, surroundings);
                self.answer_framed(judged.ok_or("a SASL message before a handshake")?, &header, desk)
            }
            _ => Err("it asked for something before it had logged in"),
        }
    }

    fn tell_versions(
        &mut self,
        header: &RequestHeader<'_>,
        body: &[u8],
        desk: &mut Desk<'_>,
    ) -> Result<(), &'static str> {
        let is_served = api::serves(ApiKey::ApiVersions, header.request_api_version);
        let local_address = self.line.stream().local_address();
        let local_address = || match &local_address {
            Ok(address) => Ok(*address),
            Err(error) => Err(error.kind().into()),
        };
        let mut caller = Caller {
            node: desk.node,
            now: desk.now,
            topics: desk.topics,
            peer: self.peer,
            principal: &Principal::anonymous(),
            session: &mut None,
            listener: self.listener,
            local_address: &local_address,
            client: &mut self.client,
            client_id: header.client_id.unwrap_or(""),
            key: ApiKey::ApiVersions,
            header: Header::of(header),
            mailbox: desk.mailbox,
            connection: NOBODY,
            slot: SlotNumber(0),
            throttle_ms: 0,
        };
        match api::dispatch(ApiKey::ApiVersions, body, &mut caller) {
            Answer::Ready(response) => {
                self.send(&response.bytes);
                if is_served {
                    self.login.note_versions_told();
                }
                Ok(())
            }
            Answer::Last(_) | Answer::Later => Err("ApiVersions could not be answered at once"),
            Answer::Close(why) => Err(why),
        }
    }

    fn answer_framed(
        &mut self,
        judged: Judged,
        header: &RequestHeader<'_>,
        desk: &Desk<'_>,
    ) -> Result<(), &'static str> {
        let respond =
            |response: &SaslAuthenticateResponse<'_>| encode(ApiKey::SaslAuthenticate, header, response);
        match judged {
            Judged::Challenge(bytes) => {
                let answer = respond(&SaslAuthenticateResponse { auth_bytes: &bytes, ..EMPTY })?;
                self.send(&answer);
            }
            Judged::Accepted { bytes, identity, lifetime_ms } => {
                let response = SaslAuthenticateResponse {
                    auth_bytes: &bytes,
                    session_lifetime_ms: lifetime_ms,
                    ..EMPTY
                };
                let answer = respond(&response)?;
                self.accept(&answer, identity);
            }
            Judged::Refused { told, why } => {
                let error_code = ErrorCode::SaslAuthenticationFailed.code();
                let response = SaslAuthenticateResponse { error_code, error_message: Some(&told), ..EMPTY };
                let answer = respond(&response)?;
                self.refuse(answer, &why, desk);
            }
        }
        Ok(())
    }

    /// After SaslHandshake v0 there are only lengths and bytes, and a refusal is silence.
    fn answer_raw(&mut self, judged: Judged, desk: &Desk<'_>) -> Result<(), &'static str> {
        let framed = |bytes: &[u8]| {
            let length = u32::try_from(bytes.len()).unwrap_or(0);
            [&length.to_be_bytes()[..], bytes].concat()
        };
        match judged {
            Judged::Challenge(bytes) => self.send(&framed(&bytes)),
            Judged::Accepted { bytes, identity, .. } => self.accept(&framed(&bytes), identity),
            Judged::Refused { why, .. } => self.refuse(Vec::new(), &why, desk),
        }
        Ok(())
    }

    fn accept(&mut self, answer: &[u8], identity: Box<Identity>) {
        tracing::debug!(event = "logged_in", peer = %self.peer, principal = %identity.principal);
        self.send(answer);
        self.phase = Phase::Leaving(Some(identity));
    }

    /// Kafka's `connection.failed.authentication.delay.ms`: whoever guesses waits for each answer.
    fn refuse(&mut self, answer: Vec<u8>, why: &str, desk: &Desk<'_>) {
        tracing::info!(event = "login_refused", peer = %self.peer, listener = self.listener, why);
        self.deadline = self.deadline.min(desk.now.mono.after_ms(desk.node.logins.failure_delay_ms));
        self.phase = Phase::Refused(answer);
    }
}

fn encode(key: ApiKey, header: &RequestHeader<'_>, body: &impl Encode) -> Result<Vec<u8>, &'static str> {
    encode_response(key, header.request_api_version, header.correlation_id, body)
        .map(|response| response.bytes)
        .ok_or("its answer could not be written")
}

/// An answer that says nothing yet.
const EMPTY: SaslAuthenticateResponse<'static> =
    SaslAuthenticateResponse { error_code: 0, error_message: None, auth_bytes: &[], session_lifetime_ms: 0 };
/// ApiVersions is answered at once, so nobody looks for a slot under this name.
const NOBODY: ConnectionId = ConnectionId { key: usize::MAX, generation: 0 };
