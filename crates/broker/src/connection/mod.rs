//! One client connection: its socket, what is arriving, what is owed, what is leaving.
//!
//! Holds state only. The worker that owns it moves it (`worker/intake.rs` in, `worker/answers.rs` out); it
//! stays with that worker for life. Where its listener asks who it is, it has been at the gate before. Invariant: `carry` and `large` never hold bytes at once.

pub mod outbound;
pub mod slots;

use std::net::SocketAddr;
use std::sync::Arc;

use thalweg_model::Mono;
use thalweg_platform::Stream;
use thalweg_security::Principal;
use thalweg_wire::ApiKey;

use crate::authorizer::{Access, Decisions};
use crate::fetch_session::Wanted;
use crate::login::Session;
use crate::memory::{Charge, FrameBuffer};
use crate::node::Node;
use crate::quotas::ClientQuotas;
use crate::worker::ParkedId;
use outbound::Outbound;
use slots::SlotRing;

/// Names a connection of some worker; the generation tells a reused place from the connection that was there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionId {
    /// Place among the worker's connections.
    pub key: usize,
    /// Counts the connections that worker has had.
    pub generation: u64,
}

/// Why reading stands still although the socket may have bytes. Each cause has somebody who ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// Nothing is in the way.
    None,
    /// The next request must wait for the slots before it, or the ring is full: ended when a slot leaves.
    Slots,
    /// Answers wait to be sent: ended when the socket took them.
    Output,
    /// No memory for the frame: ended when some was given back.
    Memory,
    /// The client has exceeded a quota: ended when its wait is over.
    Muted,
}

/// A connection.
#[derive(Debug)]
pub struct Connection {
    /// Its own name.
    pub id: ConnectionId,
    /// The socket.
    pub stream: Box<dyn Stream>,
    /// The other side.
    pub peer: SocketAddr,
    /// Who the other side is: `User:ANONYMOUS` until it has authenticated.
    pub principal: Arc<Principal>,
    /// What it was told it may do with topics.
    pub decisions: Decisions,
    /// Its SASL session, where there is one.
    pub session: Option<Session>,
    /// Which of the broker's listeners it came in by.
    pub listener: usize,
    /// What limits it; only while there are quotas.
    pub quotas: Option<Box<ClientQuotas>>,
    /// No request is taken before this: the client has exceeded a quota.
    pub muted_until: Option<Mono>,
    /// The wait that the next answer is to tell; 0 for none.
    pub owed_throttle_ms: i32,
    /// Bytes of frames that are not complete, or that must wait: always from the start of a frame.
    pub carry: Vec<u8>,
    /// A frame too large for the scratch, on its way in.
    pub large: Option<FrameBuffer>,
    /// Requests and their answers.
    pub ring: SlotRing,
    /// What is leaving.
    pub outbound: Outbound,
    /// Why nothing is read.
    pub pause: Pause,
    /// The socket may have bytes: it was not read until it would block.
    pub is_readable: bool,
    /// The peer has ended its side: whatever a read yields, an end comes behind it.
    pub has_ended: bool,
    /// What the carry costs while it is more than a little.
    pub carry_charge: Option<Charge>,
    /// Stands on the worker's ready list.
    pub on_ready_list: bool,
    /// Has answers to drain at this turn's end.
    pub on_answer_list: bool,
    /// To be closed once what is leaving has left.
    pub is_closing: bool,
    /// Last time bytes arrived or left.
    pub last_active: Mono,
    /// When the frame that is arriving made progress last; `None` between frames.
    pub frame_progress: Option<Mono>,
    /// Its fetches that wait.
    pub parked: Vec<ParkedId>,
    /// What its last fetch without a session wanted, with the places in the logs where it ended.
    pub fetched_before: Vec<Wanted>,
    /// What the client said of itself in its request headers and ApiVersions.
    pub client: ClientInfo,
}

/// What a client says of itself.
#[derive(Debug, Default, Clone)]
pub struct ClientInfo {
    /// `ClientSoftwareName` of ApiVersions v3+.
    pub software_name: Option<String>,
    /// `ClientSoftwareVersion` of ApiVersions v3+.
    pub software_version: Option<String>,
}

/// Unanswered requests a connection may have; then it is read no further.
pub const SLOTS_PER_CONNECTION: usize = 256;
/// Unsent answer bytes in memory a connection may have; then it is read no further.
pub const UNSENT_PER_CONNECTION: usize = 1 << 20;

impl Connection {
    /// A fresh connection.
    pub fn new(
        id: ConnectionId,
        stream: Box<dyn Stream>,
        peer: SocketAddr,
        listener: usize,
        now: Mono,
    ) -> Self {
        Self {
            id,
            stream,
            peer,
            principal: Principal::anonymous(),
            decisions: Decisions::default(),
            session: None,
            listener,
            quotas: None,
            muted_until: None,
            owed_throttle_ms: 0,
            carry: Vec::new(),
            large: None,
            ring: SlotRing::default(),
            outbound: Outbound::default(),
            pause: Pause::None,
            is_readable: true,
            has_ended: false,
            carry_charge: None,
            on_ready_list: false,
            on_answer_list: false,
            is_closing: false,
            last_active: now,
            frame_progress: None,
            parked: Vec::new(),
            fetched_before: Vec::new(),
            client: ClientInfo::default(),
        }
    }

    /// What its requests may do, and what it was told of that.
    pub fn access<'a>(&'a mut self, node: &'a Node, api: ApiKey) -> (Access<'a>, &'a mut Decisions) {
        let host = self.peer.ip().to_canonical();
        let access = Access {
            authorizer: node.authorizer.as_ref(),
            audit: node.audit.as_ref(),
            principal: &self.principal,
            host,
            api,
        };
        (access, &mut self.decisions)
    }

    /// Whether there is something to work on if nothing pauses it: bytes in the socket, or a whole frame here.
    pub fn has_input(&self) -> bool {
        self.is_readable
            || self.large.as_ref().map_or_else(|| holds_frame(&self.carry), FrameBuffer::is_complete)
    }
}

/// Bytes of a frame's length prefix.
pub const PREFIX: usize = 4;

/// The length that a frame announces behind its prefix; `None` before the prefix is here.
pub fn frame_length(bytes: &[u8], limit: usize) -> Result<Option<usize>, &'static str> {
    let Some(prefix) = bytes.first_chunk::<PREFIX>() else { return Ok(None) };
    match usize::try_from(i32::from_be_bytes(*prefix)) {
        Ok(length) if length > limit => Err("a request larger than socket.request.max.bytes"),
        Ok(0) | Err(_) => Err("a request with a length that is not positive"),
        Ok(length) => Ok(Some(length)),
    }
}

/// Whether left-over bytes begin with a whole frame, or with one that will be refused: either way there is
/// something to do before reading on.
pub fn holds_frame(carry: &[u8]) -> bool {
    match frame_length(carry, usize::MAX) {
        Ok(Some(length)) => carry.len() >= PREFIX + length,
        Ok(None) => false,
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_must_be_positive_and_within_the_limit() {
        assert_eq!(frame_length(&[0, 0, 0], 100), Ok(None));
        assert_eq!(frame_length(&[0, 0, 0, 9, 1], 100), Ok(Some(9)));
        assert!(frame_length(&[0, 0, 0, 0], 100).is_err());
        assert!(frame_length(&[255, 255, 255, 255], 100).is_err());
        assert!(frame_length(&[0, 0, 0, 101], 100).is_err());
        assert!(holds_frame(&[0, 0, 0, 1, 7, 0]) && !holds_frame(&[0, 0, 0, 2, 7]));
    }
}
