//! The one part of this crate that owns sockets and a clock: carries out [`Client`]'s commands over TCP, on the
//! caller's thread, in a poll loop. Decides nothing about the protocol.

// The clock and the sockets end here; everything below takes them as arguments.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

use std::collections::{BTreeMap, VecDeque};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token, Waker};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use thalweg_model::Mono;

use crate::{
    Answer, Call, CallError, Client, ClientEvent, ClientSettings, ClusterView, Command, ConnectFailure,
    LinkId,
};

const WAKE: Token = Token(usize::MAX);
const READ_BYTES: usize = 256 * 1024;

/// A client with its sockets.
pub struct Driver {
    client: Client,
    poll: Poll,
    events: Events,
    waker: Arc<Waker>,
    sockets: BTreeMap<LinkId, Socket>,
    started: Instant,
    scratch: Vec<u8>,
    /// Events that arrived while somebody waited for another one.
    aside: VecDeque<ClientEvent>,
    /// What TLS is made with, where the brokers speak it.
    tls: Option<Arc<ClientConfig>>,
}

struct Socket {
    stream: TcpStream,
    open: bool,
    /// TLS, and whether its handshake is done.
    tls: Option<Box<ClientConnection>>,
    /// The name the peer must have.
    host: String,
    /// Other addresses of the same name, to be tried when this one fails.
    others: VecDeque<SocketAddr>,
    outgoing: VecDeque<Vec<u8>>,
    /// Bytes of the first buffer that are sent.
    sent: usize,
}

impl Driver {
    /// A driver without any socket yet.
    pub fn new(settings: ClientSettings) -> io::Result<Self> {
        Self::with_tls(settings, None)
    }

    /// A driver that speaks TLS, where there is a configuration for it.
    pub fn with_tls(settings: ClientSettings, tls: Option<Arc<ClientConfig>>) -> io::Result<Self> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
        Ok(Self {
            client: Client::new(settings),
            poll,
            events: Events::with_capacity(256),
            waker,
            sockets: BTreeMap::new(),
            started: Instant::now(),
            scratch: vec![0; READ_BYTES],
            aside: VecDeque::new(),
            tls,
        })
    }

    /// The client's time.
    #[must_use]
    pub fn now(&self) -> Mono {
        Mono(u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }

    /// The machine, to start calls on.
    pub fn client(&mut self) -> &mut Client {
        &mut self.client
    }

    /// What is known of the cluster.
    #[must_use]
    pub fn cluster(&self) -> &ClusterView {
        self.client.cluster()
    }

    /// Ends a [`Self::turn`] from another thread.
    #[must_use]
    pub fn waker(&self) -> Arc<Waker> {
        Arc::clone(&self.waker)
    }

    /// Makes a call and waits for its answer.
    pub fn call(&mut self, call: Call) -> Result<Answer, CallError> {
        let api = call.api;
        let now = self.now();
        let id = self.client.submit(now, call);
        loop {
            while let Some(event) = self.client.poll_event() {
                match event {
                    ClientEvent::Completed { call, result } if call == id => {
                        return result?.ok_or(CallError::TimedOut { api, last: None });
                    }
                    other => self.aside.push_back(other),
                }
            }
            self.serve(None);
        }
    }

    /// The next event of a call that nobody waits for.
    pub fn poll_event(&mut self) -> Option<ClientEvent> {
        self.aside.pop_front().or_else(|| self.client.poll_event())
    }

    /// Does what the client wants, waits for a socket, a deadline, `until` or the waker, and hands in what came.
    pub fn turn(&mut self, until: Option<Mono>) {
        let until = if self.aside.is_empty() { until } else { Some(Mono(0)) };
        self.serve(until);
    }

    fn serve(&mut self, until: Option<Mono>) {
        self.carry_out();
        let deadline = self.client.poll_timeout().into_iter().chain(until).min();
        // A command may have failed at once and left an event; then nothing is waited for.
        let wait = deadline.map(|at| self.now().until(at));
        // Round up: waking a moment early would spin through the last millisecond.
        let wait = wait.map(|wait| if wait.is_zero() { wait } else { wait + Duration::from_micros(999) });
        let wait = if self.client.has_events() { Some(Duration::ZERO) } else { wait };
        let mut events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        if let Err(error) = self.poll.poll(&mut events, wait)
            && error.kind() != ErrorKind::Interrupted
        {
            // The poll itself cannot fail on valid arguments; treat it as a wake-up.
            debug_assert!(false, "poll: {error}");
        }
        for event in &events {
            if event.token() != WAKE {
                self.socket_ready(
                    LinkId(event.token().0 as u64),
                    event.is_readable() || event.is_read_closed(),
                );
            }
        }
        self.events = events;
        let now = self.now();
        if self.client.poll_timeout().is_some_and(|at| at <= now) {
            self.client.handle_timeout(now);
        }
        self.carry_out();
    }

    fn carry_out(&mut self) {
        while let Some(command) = self.client.poll_command() {
            match command {
                Command::Connect { link, address } => self.connect(link, &address),
                Command::Send { link, bytes } => {
                    if let Some(socket) = self.sockets.get_mut(&link) {
                        socket.outgoing.push_back(bytes);
                        self.flush(link);
                    }
                }
                Command::Close { link } => self.forget(link),
            }
        }
    }

    fn connect(&mut self, link: LinkId, address: &str) {
        let resolved = if address.contains(':') {
            address.to_socket_addrs().map_err(|error| match error.kind() {
                ErrorKind::InvalidInput => ConnectFailure::BadAddress,
                _ => ConnectFailure::UnknownHost(plain(&error)),
            })
        } else {
            Err(ConnectFailure::BadAddress)
        };
        match resolved {
            Ok(addresses) => {
                let mut others: VecDeque<SocketAddr> = addresses.collect();
                // Most brokers listen on IPv4 when both are possible.
                others.make_contiguous().sort_by_key(|address| !address.is_ipv4());
                let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
                let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
                let failure = ConnectFailure::UnknownHost("it has no address".to_owned());
                self.connect_next(link, host, others, failure);
            }
            Err(failure) => self.client.handle_connect_failed(self.now(), link, failure),
        }
    }

    fn connect_next(
        &mut self,
        link: LinkId,
        host: String,
        mut others: VecDeque<SocketAddr>,
        mut failure: ConnectFailure,
    ) {
        while let Some(address) = others.pop_front() {
            let opened = TcpStream::connect(address).and_then(|mut stream| {
                let interest = Interest::READABLE | Interest::WRITABLE;
                self.poll.registry().register(&mut stream, Token(link.0 as usize), interest)?;
                Ok(stream)
            });
            match opened {
                Ok(stream) => {
                    let outgoing = VecDeque::new();
                    let tls = match self.tls.as_ref().map(|config| begin_tls(config, &host)).transpose() {
                        Ok(tls) => tls,
                        Err(why) => {
                            failure = ConnectFailure::Other(why);
                            break;
                        }
                    };
                    let socket = Socket { stream, open: false, tls, host, others, outgoing, sent: 0 };
                    self.sockets.insert(link, socket);
                    return;
                }
                Err(error) => failure = connect_failure(&error),
            }
        }
        self.client.handle_connect_failed(self.now(), link, failure);
    }

    fn socket_ready(&mut self, link: LinkId, readable: bool) {
        let Some(socket) = self.sockets.get_mut(&link) else { return };
        if !socket.open {
            let error = match socket.stream.take_error() {
                Ok(None) => socket.stream.peer_addr().err(),
                Ok(Some(error)) | Err(error) => Some(error),
            };
            match error {
                None => {
                    socket.open = true;
                    // Requests are written whole; waiting for more only adds latency.
                    let _ = socket.stream.set_nodelay(true);
                    if socket.tls.is_none() {
                        self.client.handle_connected(self.now(), link);
                    }
                }
                Some(error) if error.kind() == ErrorKind::NotConnected => return,
                Some(error) => {
                    let others = std::mem::take(&mut socket.others);
                    let host = std::mem::take(&mut socket.host);
                    self.forget(link);
                    return self.connect_next(link, host, others, connect_failure(&error));
                }
            }
        }
        self.flush(link);
        if readable {
            self.receive(link);
        }
        self.carry_out();
    }

    /// Moves records in, and the handshake on. `Err` says why the connection is of no use.
    fn receive_records(&mut self, link: LinkId) {
        loop {
            let now = self.now();
            let Some(socket) = self.sockets.get_mut(&link) else { return };
            let Some(tls) = &mut socket.tls else { return };
            let was_handshaking = tls.is_handshaking();
            let moved = match tls.read_tls(&mut socket.stream) {
                Ok(0) => Err("the broker closed it".to_owned()),
                Ok(_) => tls
                    .process_new_packets()
                    .map_err(|error| format!("TLS failed: {}", error.to_string().trim_end_matches('.'))),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return self.flush(link),
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => Err(plain(&error)),
            };
            let state = match moved {
                Ok(state) => state,
                Err(why) => {
                    // An alert tells the broker why, if it listens.
                    let _ = tls.write_tls(&mut socket.stream);
                    return if was_handshaking {
                        self.forget(link);
                        self.client.handle_connect_failed(now, link, ConnectFailure::Other(why));
                    } else {
                        self.client.handle_closed(now, link, &why);
                    };
                }
            };
            let is_fresh = was_handshaking && !tls.is_handshaking();
            let mut plain_bytes = vec![0; state.plaintext_bytes_to_read()];
            if tls.reader().read_exact(&mut plain_bytes).is_err() {
                plain_bytes.clear();
            }
            let has_closed = state.peer_has_closed();
            if is_fresh {
                self.client.handle_connected(now, link);
                self.carry_out();
            }
            if !plain_bytes.is_empty() {
                self.client.handle_bytes(now, link, &plain_bytes);
            }
            if has_closed {
                return self.client.handle_closed(now, link, "the broker closed it");
            }
        }
    }

    fn receive(&mut self, link: LinkId) {
        if self.sockets.get(&link).is_some_and(|socket| socket.tls.is_some()) {
            return self.receive_records(link);
        }
        while let Some(socket) = self.sockets.get_mut(&link) {
            match socket.stream.read(&mut self.scratch) {
                Ok(0) => {
                    let now = self.now();
                    return self.client.handle_closed(now, link, "the broker closed it");
                }
                Ok(count) => {
                    let now = self.now();
                    self.client.handle_bytes(now, link, &self.scratch[..count]);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    let now = self.now();
                    return self.client.handle_closed(now, link, &plain(&error));
                }
            }
        }
    }

    fn flush(&mut self, link: LinkId) {
        let Some(socket) = self.sockets.get_mut(&link).filter(|socket| socket.open) else { return };
        if let Some(tls) = &mut socket.tls {
            if let Err(error) = flush_records(tls, &mut socket.stream, &mut socket.outgoing, &mut socket.sent)
            {
                let now = self.now();
                self.client.handle_closed(now, link, &plain(&error));
            }
            return;
        }
        while let Some(front) = socket.outgoing.front() {
            match socket.stream.write(&front[socket.sent..]) {
                Ok(count) => {
                    socket.sent += count;
                    if socket.sent == front.len() {
                        socket.outgoing.pop_front();
                        socket.sent = 0;
                    }
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    let now = self.now();
                    return self.client.handle_closed(now, link, &plain(&error));
                }
            }
        }
    }

    fn forget(&mut self, link: LinkId) {
        if let Some(mut socket) = self.sockets.remove(&link) {
            // Closing it ends the registration anyway.
            let _ = self.poll.registry().deregister(&mut socket.stream);
        }
    }
}

/// Encrypts and sends until the socket would block.
fn flush_records(
    tls: &mut ClientConnection,
    stream: &mut TcpStream,
    outgoing: &mut VecDeque<Vec<u8>>,
    sent: &mut usize,
) -> io::Result<()> {
    loop {
        while tls.wants_write() {
            match tls.write_tls(stream) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let Some(front) = outgoing.front().filter(|_| !tls.is_handshaking()) else { return Ok(()) };
        *sent += tls.writer().write(&front[*sent..])?;
        if *sent == front.len() {
            outgoing.pop_front();
            *sent = 0;
        }
    }
}

fn begin_tls(config: &Arc<ClientConfig>, host: &str) -> Result<Box<ClientConnection>, String> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| format!("{host:?} is no name that a certificate could have"))?;
    let tls = ClientConnection::new(Arc::clone(config), name);
    Ok(Box::new(tls.map_err(|error| format!("TLS cannot begin: {error}"))?))
}

fn connect_failure(error: &io::Error) -> ConnectFailure {
    match error.kind() {
        ErrorKind::ConnectionRefused => ConnectFailure::Refused,
        ErrorKind::TimedOut => ConnectFailure::TimedOut,
        _ => ConnectFailure::Other(plain(error)),
    }
}

/// The operating system's words without Rust's "(os error N)".
fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}
