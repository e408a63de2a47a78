//! One connection of a herd: bytes in, bytes out, TLS where it is asked for. Cuts answers; knows nothing of what is
//! in them.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore};

use crate::Outcome;
use crate::load::pin_congestion_control;

/// Whom a herd talks to, and how.
#[derive(Clone, Debug)]
pub struct Target {
    pub address: SocketAddr,
    pub tls: Option<Arc<ClientConfig>>,
}

impl Target {
    /// With TLS where the certificate of an authority is given.
    pub fn new(address: SocketAddr, authority: Option<&Path>) -> Outcome<Self> {
        let tls = authority.map(tls_config).transpose()?;
        Ok(Self { address, tls })
    }
}

fn tls_config(authority: &Path) -> Outcome<Arc<ClientConfig>> {
    let failed = |error: &dyn std::fmt::Display| format!("{}: {error}", authority.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(authority).map_err(|error| failed(&error))? {
        roots.add(certificate.map_err(|error| failed(&error))?).map_err(|error| failed(&error))?;
    }
    let mut config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    // Every connection stands for a client of its own: none of them has a session to go on with.
    config.resumption = rustls::client::Resumption::disabled();
    Ok(Arc::new(config))
}

/// A non-blocking connection.
#[derive(Debug)]
pub struct Socket {
    pub stream: TcpStream,
    tls: Option<Box<ClientConnection>>,
    /// What is to be sent; members append to it.
    pub out: Vec<u8>,
    sent: usize,
    inbox: Vec<u8>,
}

/// What is left of an inbox that once held a large answer.
const KEPT: usize = 4 << 20;

impl Socket {
    pub fn open(target: &Target) -> Outcome<Self> {
        let failed = |error: std::io::Error| format!("cannot connect to {}: {error}", target.address);
        let stream = TcpStream::connect(target.address).map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        pin_congestion_control(&stream);
        stream.set_nonblocking(true).map_err(failed)?;
        let tls = match &target.tls {
            None => None,
            Some(config) => {
                let name = ServerName::from(target.address.ip());
                let mut tls = ClientConnection::new(Arc::clone(config), name)
                    .map_err(|error| format!("TLS: {error}"))?;
                tls.set_buffer_limit(None);
                Some(Box::new(tls))
            }
        };
        Ok(Self { stream, tls, out: Vec::new(), sent: 0, inbox: Vec::new() })
    }

    /// Whether bytes can pass: with TLS once the handshake is over.
    pub fn is_ready(&self) -> bool {
        self.tls.as_ref().is_none_or(|tls| !tls.is_handshaking())
    }

    /// Sends what the socket takes.
    pub fn push(&mut self) -> Outcome {
        if let Some(tls) = &mut self.tls {
            if !self.out.is_empty() {
                tls.writer().write_all(&self.out).map_err(ended)?;
                self.out.clear();
            }
            while tls.wants_write() {
                match tls.write_tls(&mut self.stream) {
                    Ok(_) => {}
                    Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                    Err(error) => return Err(ended(error)),
                }
            }
            return Ok(());
        }
        while self.sent < self.out.len() {
            match self.stream.write(&self.out[self.sent..]) {
                Ok(count) => self.sent += count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(ended(error)),
            }
        }
        self.out.clear();
        self.sent = 0;
        Ok(())
    }

    /// Takes in all that has come.
    pub fn pull(&mut self, scratch: &mut [u8]) -> Outcome {
        let Some(tls) = &mut self.tls else {
            loop {
                match self.stream.read(scratch) {
                    Ok(0) => return Err("the server ended a connection".to_owned()),
                    Ok(count) => self.inbox.extend_from_slice(&scratch[..count]),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                    Err(error) => return Err(ended(error)),
                }
            }
        };
        loop {
            match tls.read_tls(&mut self.stream) {
                Ok(0) => return Err("the server ended a connection".to_owned()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => return Err(ended(error)),
            }
            tls.process_new_packets().map_err(|error| format!("TLS: {error}"))?;
            loop {
                match tls.reader().read(scratch) {
                    Ok(0) => break,
                    Ok(count) => self.inbox.extend_from_slice(&scratch[..count]),
                    Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                    Err(error) => return Err(ended(error)),
                }
            }
        }
        // The handshake's own answers.
        self.push()
    }

    /// The first whole answer, without its length field, taken out.
    pub fn answer(&mut self, into: &mut Vec<u8>) -> bool {
        let Some(&length) = self.inbox.first_chunk::<4>() else { return false };
        let end = 4 + u32::from_be_bytes(length) as usize;
        let Some(answer) = self.inbox.get(4..end) else { return false };
        into.clear();
        into.extend_from_slice(answer);
        self.inbox.drain(..end);
        if self.inbox.is_empty() && self.inbox.capacity() > KEPT {
            self.inbox = Vec::new();
        }
        true
    }
}

fn ended(error: std::io::Error) -> String {
    format!("the server ended a connection: {error}")
}
