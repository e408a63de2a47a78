//! A guest: one connection at the gate, from its first byte to the moment when it has shown who it is. Decides what each
//! of its requests comes to; the gate decides when it has its turn and when its time is up.

use std::io::{ErrorKind, IoSlice};
use std::net::SocketAddr;
use std::sync::Arc;

use thalweg_model::{Mono, Now};
use thalweg_platform::Stream;
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
use crate::audit;
use crate::connection::slots::SlotNumber;
use crate::connection::{ClientInfo, ConnectionId, PREFIX, frame_length};
use crate::mailbox::Sender;
use crate::node::Node;
use crate::topics::LocalTopics;
use crate::worker::{WorkerMessage, encode_response};

/// A connection at the gate.
#[derive(Debug)]
pub(super) struct Guest {
    pub(super) generation: u64,
    pub(super) line: Line,
    pub(super) peer: SocketAddr,
    pub(super) listener: usize,
    pub(super) deadline: Mono,
    /// Bytes of a frame that is not complete.
    pub(super) incoming: Vec<u8>,
    /// Bytes that are leaving.
    pub(super) outgoing: Vec<u8>,
    pub(super) sent: usize,
    pub(super) login: SaslLogin,
    pub(super) client: ClientInfo,
    pub(super) phase: Phase,
    pub(super) on_ready_list: bool,
}

#[derive(Debug)]
pub(super) enum Phase {
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
pub(super) enum Line {
    Plain(Box<dyn Stream>),
    Tls(Box<TlsStream>),
}

impl Line {
    pub(super) fn stream(&mut self) -> &mut dyn Stream {
        match self {
            Self::Plain(stream) => &mut **stream,
            Self::Tls(stream) => &mut **stream,
        }
    }

    pub(super) fn into_stream(self) -> Box<dyn Stream> {
        match self {
            Self::Plain(stream) => stream,
            Self::Tls(stream) => stream,
        }
    }
}

/// What became of a guest's turn.
pub(super) enum Turned {
    /// It waits for its socket.
    Waits,
    /// It has more to do than one turn gives.
    HasMore,
    /// It is in.
    Enters,
    /// It is to be closed, for this reason.
    Close(&'static str),
}

/// Bytes read at once.
const READ_BYTES: usize = 4 << 10;
/// Requests of one guest in a row.
const FRAMES_PER_TURN: usize = 4;

/// What a guest's turn may use.
pub(super) struct Desk<'a> {
    pub(super) node: &'a Arc<Node>,
    pub(super) topics: &'a mut LocalTopics,
    pub(super) mailbox: &'a Sender<WorkerMessage>,
    pub(super) now: Now,
}

impl Guest {
    pub(super) fn turn(&mut self, desk: &mut Desk<'_>) -> Turned {
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
                Phase::Handshake => match self.handshake(listener, &node) {
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
    fn handshake(&mut self, listener: &ListenerLogin, node: &Node) -> Result<bool, &'static str> {
        let (Line::Tls(stream), Some(tls)) = (&mut self.line, &listener.tls) else {
            return Err("there is no TLS here");
        };
        match stream.handshake() {
            Ok(true) => {}
            Ok(false) => return Ok(false),
            Err(error) => {
                tracing::info!(event = "tls_handshake_failed", peer = %self.peer, %error);
                let why = format!("the TLS handshake failed: {error}");
                audit::note_login(node, self.listener, self.peer.ip(), TLS, Err(&why));
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
                let Some(user) = tls.user_of(certificate) else {
                    let why = "no rule makes a user of its certificate's name";
                    audit::note_login(node, self.listener, self.peer.ip(), TLS, Err(why));
                    return Err(why);
                };
                let principal = Arc::new(Principal::user(&user));
                audit::note_login(node, self.listener, self.peer.ip(), TLS, Ok(principal.as_str()));
                Some(Box::new(Identity { principal, session: None }))
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

    pub(super) fn send(&mut self, bytes: &[u8]) {
        self.outgoing.extend_from_slice(bytes);
    }

    pub(super) fn flush(&mut self) -> Result<(), &'static str> {
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
            let judged = judged.ok_or("a message behind the end of its login")?;
            self.note(&judged, desk);
            return self.answer_raw(judged, desk);
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
                    Err(denied) => {
                        let (host, by) = (self.peer.ip(), self.login.mechanism_name());
                        audit::note_login(desk.node, self.listener, host, by, Err(&denied.why));
                        self.refuse(answer, &denied.why, desk);
                    }
                }
                Ok(())
            }
            Some(key @ ApiKey::SaslAuthenticate) if api::serves(key, version) => {
                let request = SaslAuthenticateRequest::decode(&mut Reader::new(body), version)
                    .map_err(|_| "its SaslAuthenticate cannot be read")?;
                let judged = self.login.message(request.auth_bytes, surroundings);
                let judged = judged.ok_or("a SASL message before a handshake")?;
                self.note(&judged, desk);
                self.answer_framed(judged, &header, desk)
            }
            _ => Err("it asked for something before it had logged in"),
        }
    }

    fn note(&self, judged: &Judged, desk: &Desk<'_>) {
        let by = self.login.mechanism_name();
        audit::note_judged(desk.node, self.listener, self.peer.ip(), by, judged);
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

/// The mechanism of those who show a certificate, in the audit log.
const TLS: &str = "TLS";
/// An answer that says nothing yet.
const EMPTY: SaslAuthenticateResponse<'static> =
    SaslAuthenticateResponse { error_code: 0, error_message: None, auth_bytes: &[], session_lifetime_ms: 0 };
/// ApiVersions is answered at once, so nobody looks for a slot under this name.
const NOBODY: ConnectionId = ConnectionId { key: usize::MAX, generation: 0 };
