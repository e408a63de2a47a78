//! Sockets and wake-ups, edge-triggered.
//!
//! Contract: a [`Ready`] event tells of a *change*. Whoever leaves a socket before it would block (a full
//! ring, a cap, a mute, a wait for memory) keeps it on a list of its own: no further event comes. Streams
//! never block; `WouldBlock` is the only way they say "later". A stream belongs to one poller at a time.

use std::fmt;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::os::fd::BorrowedFd;
use std::sync::Arc;
use std::time::Duration;

use crate::File;

/// A network.
pub trait Net: Send + Sync + fmt::Debug {
    /// Binds and listens. Port 0 picks a free one.
    fn listen(&self, address: SocketAddr) -> io::Result<Box<dyn Listener>>;
    /// Begins to connect; the first writable event tells the outcome.
    fn connect(&self, address: SocketAddr) -> io::Result<Box<dyn Stream>>;
    /// A poller for one role.
    fn poller(&self) -> io::Result<Box<dyn Poller>>;
}

/// A listening socket.
pub trait Listener: Send + fmt::Debug {
    /// The next connection with its peer's address, with TCP_NODELAY and keep-alive set;
    /// `WouldBlock` when there is none.
    fn accept(&mut self) -> io::Result<(Box<dyn Stream>, SocketAddr)>;
    /// Where it listens, the port filled in.
    fn local_address(&self) -> io::Result<SocketAddr>;
    /// The descriptor, where there is one.
    fn descriptor(&self) -> Option<BorrowedFd<'_>>;
    /// For a poller of the same network that needs the value behind.
    fn as_any(&mut self) -> &mut dyn std::any::Any;
}

/// A connection.
pub trait Stream: Send + fmt::Debug {
    /// Reads what is there; `Ok(0)` is the peer's end.
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize>;
    /// Writes a part of the slices. `more` says that further bytes follow at once (`MSG_MORE`), so that a
    /// header and the file range behind it share a packet.
    fn write(&mut self, slices: &[IoSlice<'_>], more: bool) -> io::Result<usize>;
    /// Sends a part of a file range from the page cache (`sendfile`); `Ok(0)` when the file is shorter.
    fn send_file(&mut self, file: &dyn File, offset: u64, length: u64) -> io::Result<usize>;
    /// From now on what does not fill a packet waits for [`Stream::push`], at most a fifth of a second (`TCP_CORK`):
    /// the few bytes behind a file range then leave in its last packet instead of one of their own. Where there is
    /// no such thing nothing happens: only packets differ.
    fn cork(&mut self) {}
    /// Sends what [`Stream::cork`] holds back; the cork stays.
    fn push(&mut self) {}
    /// True while the stream holds bytes that it has taken and the network has not: what encryption keeps back. Each
    /// `write`, also one of nothing, moves them on; `WouldBlock` says that some are left.
    fn has_unsent(&self) -> bool {
        false
    }
    /// Ends both directions.
    fn shutdown(&mut self);
    /// Our side's address: what `--advertise auto` answers.
    fn local_address(&self) -> io::Result<SocketAddr>;
    /// The descriptor, where there is one.
    fn descriptor(&self) -> Option<BorrowedFd<'_>>;
    /// For a poller of the same network that needs the value behind.
    fn as_any(&mut self) -> &mut dyn std::any::Any;
}

/// What changed at a registered socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ready {
    /// The number it was registered under.
    pub token: usize,
    /// Bytes, a connection to accept, the peer's end or an error may be read.
    pub readable: bool,
    /// Room to write again.
    pub writable: bool,
    /// The peer has ended its side, or the connection broke: behind the bytes that are left there is an end to
    /// be read, for which no further event comes.
    pub ended: bool,
}

/// Wakes a poller from another thread; waking one that is awake costs one call of its next poll, no more.
pub trait Wake: Send + Sync + fmt::Debug {
    /// The poller's present or next `poll` returns.
    fn wake(&self);
}

/// The readiness of one role's sockets.
pub trait Poller: Send + fmt::Debug {
    /// Watches a listener under a number other than `usize::MAX`.
    fn add_listener(&mut self, listener: &mut dyn Listener, token: usize) -> io::Result<()>;
    /// Watches a connection, both directions, edge-triggered; the present state counts as a change.
    fn add(&mut self, stream: &mut dyn Stream, token: usize) -> io::Result<()>;
    /// Stops watching a connection; to be called before it is closed or moved.
    fn remove(&mut self, stream: &mut dyn Stream) -> io::Result<()>;
    /// Fills `events` (cleared first) with at most its capacity; waits for the first change, the time-out
    /// or a wake-up. `None` waits without end, zero not at all.
    fn poll(&mut self, events: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()>;
    /// False when a `poll` would certainly find nothing: what a scheduler of many roles on one thread asks before it
    /// gives one of them its turn. True when it is not known.
    fn is_pending(&self) -> bool;
    /// The handle by which others wake this poller.
    fn waker(&self) -> Arc<dyn Wake>;
}
