//! TCP over mio: non-blocking sockets, edge-triggered readiness, an eventfd to wake a poller.

use std::io::{self, IoSlice, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use mio::unix::SourceFd;
use mio::{Events, Interest, Token};
use rustix::net::{SendAncillaryBuffer, SendFlags, SocketFlags};
use rustix::process::{Resource, getrlimit};

use crate::{File, Listener, Net, Poller, Ready, Stream, Wake};

/// The machine's network.
#[derive(Debug, Default)]
pub struct OsNet;

/// Connections the kernel queues before they are accepted; it caps this at `net.core.somaxconn`.
const BACKLOG: i32 = 4096;

impl Net for OsNet {
    fn listen(&self, address: SocketAddr) -> io::Result<Box<dyn Listener>> {
        let listening = (|| {
            let socket = socket(address)?;
            // A broker started anew must not wait for the TIME_WAIT of its last life.
            socket.set_reuse_address(true)?;
            socket.bind(&address.into())?;
            socket.listen(BACKLOG)?;
            Ok::<_, io::Error>(TcpListener::from(socket))
        })();
        match listening {
            Ok(listener) => Ok(Box::new(OsListener { listener, ceiling: connection_ceiling() })),
            Err(error) => Err(io::Error::new(error.kind(), format!("cannot listen on {address}: {error}"))),
        }
    }

    fn connect(&self, address: SocketAddr) -> io::Result<Box<dyn Stream>> {
        let socket = socket(address)?;
        match socket.connect(&address.into()) {
            Ok(()) => {}
            Err(error) if error.raw_os_error() == Some(libc::EINPROGRESS) => {}
            Err(error) => {
                return Err(io::Error::new(error.kind(), format!("cannot connect to {address}: {error}")));
            }
        }
        socket.set_tcp_nodelay(true)?;
        Ok(Box::new(OsStream { stream: socket.into() }))
    }

    fn poller(&self) -> io::Result<Box<dyn Poller>> {
        let poll = mio::Poll::new()?;
        let waker = mio::Waker::new(poll.registry(), Token(WAKE))?;
        let wake =
            Arc::new(OsWake { waker, asked: AtomicBool::new(false), sleeping: AtomicBool::new(false) });
        Ok(Box::new(OsPoller { poll, events: Events::with_capacity(EVENTS), capacity: EVENTS, wake }))
    }
}

fn socket(address: SocketAddr) -> io::Result<socket2::Socket> {
    let kind = socket2::Type::STREAM.nonblocking().cloexec();
    socket2::Socket::new(socket2::Domain::for_address(address), kind, Some(socket2::Protocol::TCP))
}

#[derive(Debug)]
struct OsListener {
    listener: TcpListener,
    /// Descriptors from this number on are not for connections.
    ceiling: u64,
}

/// Files must open while connections ask for more than there is: a log that cannot open its next segment is out of
/// service. Descriptors are given out lowest first, so a high one says that few are left.
fn connection_ceiling() -> u64 {
    let limit = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    limit - (limit / 16).clamp(FOR_FILES_MIN, FOR_FILES_MAX).min(limit / 2)
}

/// Kept for files at least and at most.
const FOR_FILES_MIN: u64 = 48;
const FOR_FILES_MAX: u64 = 256;

impl Listener for OsListener {
    fn accept(&mut self) -> io::Result<(Box<dyn Stream>, SocketAddr)> {
        loop {
            let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
            let (descriptor, peer) = match rustix::net::acceptfrom_with(&self.listener, flags) {
                Ok(accepted) => accepted,
                // The peer left again before we came.
                Err(rustix::io::Errno::CONNABORTED | rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            };
            let Some(peer) = peer.and_then(|peer| SocketAddr::try_from(peer).ok()) else { continue };
            let stream = TcpStream::from(descriptor);
            if u64::try_from(stream.as_raw_fd()).is_ok_and(|number| number >= self.ceiling) {
                let why = format!("{peer}: only descriptors kept for files are left (ulimit -n)");
                return Err(io::Error::new(io::ErrorKind::QuotaExceeded, why));
            }
            // A peer that is already gone makes these fail: it is not the listener's trouble.
            if stream.set_nodelay(true).is_err()
                || socket2::SockRef::from(&stream).set_keepalive(true).is_err()
            {
                continue;
            }
            return Ok((Box::new(OsStream { stream }), peer));
        }
    }

    fn local_address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        Some(self.listener.as_fd())
    }

    fn as_any(&mut self) -> &mut dyn std::any::Any {
        self
    }
}

#[derive(Debug)]
struct OsStream {
    stream: TcpStream,
}

/// Slices one `sendmsg` takes (`IOV_MAX`).
const SLICES_PER_CALL: usize = 1024;
/// What one `sendfile` moves at most; more than any socket buffer, less than the kernel's own limit.
const FILE_BYTES_PER_CALL: u64 = 1 << 30;
/// Read-and-send step for a file without a descriptor.
const COPY_BYTES: usize = 64 << 10;

impl Stream for OsStream {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        retry(|| (&self.stream).read(bytes))
    }

    fn write(&mut self, slices: &[IoSlice<'_>], more: bool) -> io::Result<usize> {
        let mut flags = SendFlags::NOSIGNAL;
        flags.set(SendFlags::MORE, more);
        retry(|| {
            Ok(match slices {
                [] => 0,
                [only] => rustix::net::send(&self.stream, only, flags)?,
                many => {
                    let many = &many[..many.len().min(SLICES_PER_CALL)];
                    rustix::net::sendmsg(&self.stream, many, &mut SendAncillaryBuffer::default(), flags)?
                }
            })
        })
    }

    fn send_file(&mut self, file: &dyn File, offset: u64, length: u64) -> io::Result<usize> {
        if length == 0 {
            return Ok(0);
        }
        let Some(descriptor) = file.descriptor() else {
            let mut bytes = vec![0; COPY_BYTES.min(usize::try_from(length).unwrap_or(COPY_BYTES))];
            let count = file.read_at(&mut bytes, offset)?;
            return if count == 0 { Ok(0) } else { self.write(&[IoSlice::new(&bytes[..count])], false) };
        };
        let count = length.min(FILE_BYTES_PER_CALL) as usize;
        retry(|| {
            let mut offset = offset;
            Ok(rustix::fs::sendfile(&self.stream, descriptor, Some(&mut offset), count)?)
        })
    }

    fn cork(&mut self) {
        // Refused by what is not TCP, and by a connection that is gone: the next write will tell.
        _ = rustix::net::sockopt::set_tcp_cork(&self.stream, true);
    }

    fn push(&mut self) {
        // tcp(7): setting this flushes what is pending "even if TCP_CORK is currently set". One call, where taking
        // the cork out and putting it back would be two.
        _ = self.stream.set_nodelay(true);
    }

    fn shutdown(&mut self) {
        // Fails only when the peer closed first, which is what was wanted.
        _ = self.stream.shutdown(std::net::Shutdown::Both);
    }

    fn local_address(&self) -> io::Result<SocketAddr> {
        self.stream.local_addr()
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        Some(self.stream.as_fd())
    }

    fn as_any(&mut self) -> &mut dyn std::any::Any {
        self
    }
}

fn retry(mut call: impl FnMut() -> io::Result<usize>) -> io::Result<usize> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}

/// The token of the poller's own eventfd.
const WAKE: usize = usize::MAX;
/// Events taken from the kernel at once while the caller has not said otherwise.
const EVENTS: usize = 256;

struct OsPoller {
    poll: mio::Poll,
    events: Events,
    /// What `events` was made for; follows the caller's vector.
    capacity: usize,
    wake: Arc<OsWake>,
}

impl std::fmt::Debug for OsPoller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OsPoller").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}

impl OsPoller {
    fn register(
        &self,
        descriptor: Option<BorrowedFd<'_>>,
        token: usize,
        interest: Interest,
    ) -> io::Result<()> {
        let descriptor = descriptor.ok_or(io::ErrorKind::InvalidInput)?.as_raw_fd();
        if token == WAKE {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        self.poll.registry().register(&mut SourceFd(&descriptor), Token(token), interest)
    }
}

impl Poller for OsPoller {
    fn add_listener(&mut self, listener: &mut dyn Listener, token: usize) -> io::Result<()> {
        self.register(listener.descriptor(), token, Interest::READABLE)
    }

    fn add(&mut self, stream: &mut dyn Stream, token: usize) -> io::Result<()> {
        self.register(stream.descriptor(), token, Interest::READABLE | Interest::WRITABLE)
    }

    fn remove(&mut self, stream: &mut dyn Stream) -> io::Result<()> {
        let descriptor = stream.descriptor().ok_or(io::ErrorKind::InvalidInput)?.as_raw_fd();
        self.poll.registry().deregister(&mut SourceFd(&descriptor))
    }

    fn poll(&mut self, ready: &mut Vec<Ready>, timeout: Option<Duration>) -> io::Result<()> {
        ready.clear();
        let wanted = if ready.capacity() == 0 { EVENTS } else { ready.capacity() };
        if wanted != self.capacity {
            self.events = Events::with_capacity(wanted);
            self.capacity = wanted;
        }
        let timeout = self.wake.going_to_sleep(timeout);
        let polled = self.poll.poll(&mut self.events, timeout);
        self.wake.awake();
        match polled {
            Ok(()) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            Err(error) => return Err(error),
        }
        ready.extend(self.events.iter().filter(|event| event.token() != Token(WAKE)).map(|event| Ready {
            token: event.token().0,
            readable: event.is_readable() || event.is_read_closed() || event.is_error(),
            writable: event.is_writable() || event.is_write_closed() || event.is_error(),
            ended: event.is_read_closed() || event.is_error(),
        }));
        Ok(())
    }

    fn is_pending(&self) -> bool {
        // Only the kernel knows, and asking it is the poll itself.
        true
    }

    fn waker(&self) -> Arc<dyn Wake> {
        self.wake.clone()
    }
}

/// Wakes by eventfd, but only a poller that sleeps: a busy one sees `asked` before it would wait.
///
/// The two flags are Dekker's pair, hence sequentially consistent: the waker writes `asked` then reads
/// `sleeping`, the poller writes `sleeping` then reads `asked`; at least one of them sees the other.
struct OsWake {
    waker: mio::Waker,
    /// A wake-up is due. Set by wakers, cleared by the poller *before* `poll` returns, so that whatever
    /// the caller looks at afterwards includes what the waker left there.
    asked: AtomicBool,
    /// The poller waits in the kernel, or is about to.
    sleeping: AtomicBool,
}

impl std::fmt::Debug for OsWake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OsWake").field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl OsWake {
    /// The time to wait: none when someone has already asked.
    fn going_to_sleep(&self, timeout: Option<Duration>) -> Option<Duration> {
        if timeout == Some(Duration::ZERO) {
            return timeout;
        }
        self.sleeping.store(true, SeqCst);
        if self.asked.load(SeqCst) { Some(Duration::ZERO) } else { timeout }
    }

    fn awake(&self) {
        self.sleeping.store(false, SeqCst);
        self.asked.swap(false, SeqCst);
    }
}

impl Wake for OsWake {
    fn wake(&self) {
        if !self.asked.swap(true, SeqCst) && self.sleeping.load(SeqCst) {
            // A full counter (EAGAIN) already wakes; a closed poller has nobody to wake.
            _ = self.waker.wake();
        }
    }
}
