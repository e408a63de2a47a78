//! TLS around a stream: the handshake at the gate, records on the worker.
//!
//! A [`TlsStream`] keeps the contract of a stream (short reads mean that the socket is empty, `WouldBlock` means later),
//! so that a worker does not know the difference. File ranges are read into one bounded buffer and encrypted. Decides
//! nothing about certificates: that is `tls_config.rs`.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::SocketAddr;
use std::os::fd::BorrowedFd;
use std::sync::Arc;

use rustls::{ServerConfig, ServerConnection};
use thalweg_platform::{File, Stream};

/// A connection over TLS.
pub struct TlsStream {
    inner: Box<dyn Stream>,
    tls: ServerConnection,
    /// Bytes from the network that did not fit before.
    pending: Vec<u8>,
    /// The network has ended.
    has_ended: bool,
}

impl fmt::Debug for TlsStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsStream").field("inner", &self.inner).finish_non_exhaustive()
    }
}

/// Bytes encrypted at once: four records, and what a connection may leave unsent.
const CHUNK: usize = 64 << 10;
/// Bytes read from the network at once.
const READ: usize = 64 << 10;

thread_local! {
    /// What is on its way through, one buffer for all connections of a thread.
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Runs `work` with this thread's buffer.
fn with_scratch<T>(work: impl FnOnce(&mut [u8]) -> T) -> T {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.resize(READ.max(CHUNK), 0);
        work(scratch)
    })
}

impl TlsStream {
    /// Before the handshake.
    pub fn new(inner: Box<dyn Stream>, config: Arc<ServerConfig>) -> Result<Self, rustls::Error> {
        Ok(Self { inner, tls: ServerConnection::new(config)?, pending: Vec::new(), has_ended: false })
    }

    /// Goes on with the handshake as far as the network allows. True when it is done.
    pub fn handshake(&mut self) -> io::Result<bool> {
        while self.tls.is_handshaking() {
            self.send_records()?;
            match self.pull(READ) {
                Ok(true) => {}
                Ok(false) => return Err(ErrorKind::UnexpectedEof.into()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => {
                    // The peer is told why by the alert, if it listens.
                    _ = self.send_records();
                    return Err(error);
                }
            }
        }
        self.send_records()?;
        Ok(true)
    }

    /// The client's certificate, which has been verified.
    pub fn client_certificate(&self) -> Option<&[u8]> {
        self.tls.peer_certificates()?.first().map(AsRef::as_ref)
    }

    /// Moves bytes from the network through the records, at most `limit` of them. False at the network's end.
    fn pull(&mut self, limit: usize) -> io::Result<bool> {
        if !self.pending.is_empty() {
            let pending = std::mem::take(&mut self.pending);
            let taken = self.digest(&pending)?;
            self.pending = pending;
            self.pending.drain(..taken);
            return Ok(true);
        }
        if self.has_ended {
            return Ok(false);
        }
        with_scratch(|scratch| {
            let count = self.inner.read(&mut scratch[..limit.clamp(1, READ)])?;
            if count == 0 {
                self.has_ended = true;
                self.tls.read_tls(&mut io::empty())?;
                return Ok(false);
            }
            let taken = self.digest(&scratch[..count])?;
            self.pending.extend_from_slice(&scratch[taken..count]);
            Ok(true)
        })
    }

    /// Hands bytes to the records until their plaintext has to be taken away first.
    fn digest(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut rest = bytes;
        while !rest.is_empty() {
            // Its buffer being full is no error: whoever reads comes again.
            match self.tls.read_tls(&mut rest) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::Other => break,
                Err(error) => return Err(error),
            }
            let state = self.tls.process_new_packets();
            let state = state.map_err(|error| io::Error::new(ErrorKind::InvalidData, error))?;
            if state.plaintext_bytes_to_read() >= PLAINTEXT {
                break;
            }
        }
        Ok(bytes.len() - rest.len())
    }

    /// Sends what is encrypted as far as the network takes it.
    fn send_records(&mut self) -> io::Result<()> {
        while self.tls.wants_write() {
            match self.tls.write_tls(&mut Sending(&mut *self.inner)) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Sends what is left; `WouldBlock` while anything is.
    fn send_all_records(&mut self) -> io::Result<()> {
        self.send_records()?;
        if self.tls.wants_write() { Err(ErrorKind::WouldBlock.into()) } else { Ok(()) }
    }
}

/// Plaintext that may lie ready before it is taken away.
const PLAINTEXT: usize = 16 << 10;

/// The network as rustls writes to it.
struct Sending<'a>(&'a mut dyn Stream);

impl Write for Sending<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(&[IoSlice::new(bytes)], false)
    }

    fn write_vectored(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
        self.0.write(slices, false)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Stream for TlsStream {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < bytes.len() {
            match self.tls.reader().read(&mut bytes[filled..]) {
                // The peer has said that it ends.
                Ok(0) => break,
                Ok(count) => {
                    filled += count;
                    continue;
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                // An end without a word: what is here was whole, as frames have lengths of their own.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
                Err(error) => return Err(error),
            }
            match self.pull(bytes.len() - filled) {
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    // Answers of the protocol itself, such as to a change of keys.
                    self.send_records()?;
                    return if filled > 0 { Ok(filled) } else { Err(error) };
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    _ = self.send_records();
                    return Err(error);
                }
            }
        }
        Ok(filled)
    }

    fn write(&mut self, slices: &[IoSlice<'_>], _more: bool) -> io::Result<usize> {
        self.send_all_records()?;
        let mut count = 0;
        for slice in slices {
            let part = &slice[..slice.len().min(CHUNK - count)];
            let taken = self.tls.writer().write(part)?;
            count += taken;
            if taken < slice.len() {
                break;
            }
        }
        self.send_records()?;
        Ok(count)
    }

    fn send_file(&mut self, file: &dyn File, offset: u64, length: u64) -> io::Result<usize> {
        self.send_all_records()?;
        let count = with_scratch(|scratch| {
            let wanted = usize::try_from(length).unwrap_or(CHUNK).min(CHUNK);
            let count = file.read_at(&mut scratch[..wanted], offset)?;
            self.tls.writer().write(&scratch[..count])
        })?;
        self.send_records()?;
        Ok(count)
    }

    fn cork(&mut self) {
        self.inner.cork();
    }

    fn push(&mut self) {
        self.inner.push();
    }

    fn has_unsent(&self) -> bool {
        self.tls.wants_write()
    }

    fn shutdown(&mut self) {
        self.tls.send_close_notify();
        // A peer that does not take it finds the end anyway.
        _ = self.send_records();
        self.inner.shutdown();
    }

    fn local_address(&self) -> io::Result<SocketAddr> {
        self.inner.local_address()
    }

    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.inner.descriptor()
    }

    fn as_any(&mut self) -> &mut dyn std::any::Any {
        self.inner.as_any()
    }
}
