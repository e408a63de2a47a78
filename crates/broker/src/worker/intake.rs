//! Bytes in: from sockets to frames to requests.
//!
//! Small frames are read into the worker's scratch, which is theirs until the turn ends; what is incomplete
//! then is copied to the connection. A frame larger than the scratch's share is read into a buffer of its own.
//! Decides when a connection must wait (order, a full ring, unsent answers, memory) and leaves it on somebody's
//! list for each of these. Never looks into a request beyond its header.

use thalweg_wire::headers::RequestHeader;
use thalweg_wire::{ApiKey, Reader};

use super::{READ_AT_ONCE, SCRATCH, TURN_BYTES, TURN_EVENTS, Worker};
use crate::api::{self, Answer, Caller};
use crate::connection::slots::{Kind, Slot};
use crate::connection::{
    ConnectionId, PREFIX, Pause, SLOTS_PER_CONNECTION, UNSENT_PER_CONNECTION, frame_length, holds_frame,
};
use crate::metrics::Asked;

/// Where the bytes of a frame lie while its request is worked on.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// `scratch[start..end]`, the length prefix left out.
    Scratch {
        /// First byte.
        start: usize,
        /// Behind the last.
        end: usize,
    },
    /// The buffer at the end of the turn's large frames, the length prefix left out.
    Large,
}

/// So much of a large frame must have arrived before it gets a buffer of its own.
const LARGE_START: usize = 32 << 10;
/// So little of a frame may wait with its connection without being charged.
const UNCHARGED: usize = 4 << 10;

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Taken {
    /// It was worked on.
    Done,
    /// It must wait; the connection's pause says for whom.
    Paused,
    /// The connection is to be closed, for this reason.
    Close(&'static str),
}

impl Worker {
    /// Works through the ready list until a cap of the turn is reached.
    pub(super) fn read_ready(&mut self) {
        let mut events = 0;
        while events < TURN_EVENTS
            && self.turn_bytes < TURN_BYTES
            && self.scratch_used + READ_AT_ONCE <= SCRATCH
            && let Some(id) = self.ready.pop_front()
        {
            events += 1;
            let Some(connection) = self.connection(id) else { continue };
            connection.on_ready_list = false;
            if connection.is_closing || connection.pause != Pause::None {
                continue;
            }
            if let Err(why) = self.read_connection(id) {
                // Answers already owed may still leave; what was staged is written all the same.
                if let Some(connection) = self.connection(id) {
                    connection.is_closing = true;
                    connection.is_readable = false;
                    tracing::debug!(event = "connection_ending", peer = %connection.peer, why);
                }
                self.note_answer(id);
            }
            // Left before it would block: it stays on our own list, no event will come for it.
            self.make_ready(id);
        }
    }

    /// One read of one connection, and all frames it completed.
    fn read_connection(&mut self, id: ConnectionId) -> Result<(), &'static str> {
        let Some(connection) = self.connection(id) else { return Ok(()) };
        if connection.large.is_some() {
            return self.read_large(id);
        }
        let start = self.scratch_used;
        let Some(connection) = self.connections.get_mut(id.key) else { return Ok(()) };
        if self.node.memory.is_exhausted() && !holds_frame(&connection.carry) {
            // Too much waits for the disk already: bytes stay with their sender.
            connection.pause = Pause::Memory;
            self.hungry.push_back(id);
            return Ok(());
        }
        // What was left over comes first; it stands before what the socket has.
        let carried = connection.carry.len();
        if start + carried + PREFIX > SCRATCH {
            return Ok(());
        }
        let mut end = start + carried;
        self.scratch[start..end].copy_from_slice(&connection.carry);
        let mut ended = false;
        if connection.is_readable && !holds_frame(&connection.carry) {
            let limit = (end + READ_AT_ONCE).min(SCRATCH);
            match connection.stream.read(&mut self.scratch[end..limit]) {
                Ok(0) => ended = true,
                Ok(count) => {
                    // A short read has emptied the socket, unless the peer's end stands behind the bytes.
                    connection.is_readable = end + count == limit || connection.has_ended;
                    end += count;
                    connection.last_active = self.now.mono;
                    connection.frame_progress = Some(self.now.mono);
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    connection.is_readable = false;
                    if carried == 0 {
                        return Ok(());
                    }
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return Err("the connection broke"),
            }
        }
        connection.carry.clear();
        connection.carry_charge = None;
        self.turn_bytes += end - start - carried;
        let rest = self.take_frames(id, start, end)?;
        self.scratch_used = end;
        self.keep_rest(id, rest, end)?;
        if ended { Err("the client closed it") } else { Ok(()) }
    }

    /// Works on every whole frame in `scratch[start..end]`; returns where the first byte not taken stands.
    fn take_frames(&mut self, id: ConnectionId, start: usize, end: usize) -> Result<usize, &'static str> {
        let mut at = start;
        while let Some(length) = frame_length(&self.scratch[at..end], self.node.limits.frame_bytes)? {
            let frame_end = at + PREFIX + length;
            if frame_end > end {
                break;
            }
            match self.take_request(id, Place::Scratch { start: at + PREFIX, end: frame_end }) {
                Taken::Done => at = frame_end,
                Taken::Paused => break,
                Taken::Close(why) => return Err(why),
            }
        }
        Ok(at)
    }

    /// Copies what was not taken to the connection: to its carry, or to a buffer of its own when the frame is
    /// too large for the scratch.
    fn keep_rest(&mut self, id: ConnectionId, rest: usize, end: usize) -> Result<(), &'static str> {
        let bytes = &self.scratch[rest..end];
        let Some(connection) = self.connections.get_mut(id.key).filter(|connection| connection.id == id)
        else {
            return Ok(());
        };
        if bytes.is_empty() {
            connection.frame_progress = None;
            if connection.carry.capacity() > 0 {
                self.spare_buffers.push(std::mem::take(&mut connection.carry));
            }
            return Ok(());
        }
        let length = frame_length(bytes, self.node.limits.frame_bytes)?;
        // A frame gets a buffer of its own when a good part of it is here, not when it is announced.
        let is_large = length.is_some_and(|length| {
            PREFIX + length > READ_AT_ONCE && PREFIX + length > bytes.len() && bytes.len() >= LARGE_START
        });
        if let (true, Some(length)) = (is_large, length) {
            if let Some(frame) = self.pool.begin(PREFIX + length, bytes) {
                connection.large = Some(frame);
                return Ok(());
            }
            connection.pause = Pause::Memory;
            self.hungry.push_back(id);
        }
        if connection.carry.capacity() == 0
            && let Some(spare) = self.spare_buffers.pop()
        {
            connection.carry = spare;
        }
        connection.carry.extend_from_slice(bytes);
        connection.carry_charge = (bytes.len() > UNCHARGED).then(|| self.node.memory.charge(bytes.len()));
        Ok(())
    }

    /// Goes on with a frame that has a buffer of its own.
    fn read_large(&mut self, id: ConnectionId) -> Result<(), &'static str> {
        let Some(connection) = self.connections.get_mut(id.key) else { return Ok(()) };
        let Some(frame) = &mut connection.large else { return Ok(()) };
        while !frame.is_complete() && connection.is_readable && self.turn_bytes < TURN_BYTES {
            if !self.pool.make_room(frame) {
                connection.pause = Pause::Memory;
                self.hungry.push_back(id);
                return Ok(());
            }
            let end = frame.bytes.len().min(frame.total);
            match connection.stream.read(&mut frame.bytes[frame.filled..end]) {
                Ok(0) => return Err("the client closed it inside a request"),
                Ok(count) => {
                    frame.filled += count;
                    self.turn_bytes += count;
                    connection.last_active = self.now.mono;
                    connection.frame_progress = Some(self.now.mono);
                }
                Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                    connection.is_readable = false
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(_) => return Err("the connection broke"),
            }
        }
        if !frame.is_complete() {
            return Ok(());
        }
        let Some(frame) = connection.large.take() else { return Ok(()) };
        connection.frame_progress = None;
        self.turn_frames.push(frame);
        match self.take_request(id, Place::Large) {
            Taken::Done => Ok(()),
            Taken::Paused => {
                let frame = self.turn_frames.pop();
                if let Some(connection) = self.connection(id) {
                    connection.large = frame;
                }
                Ok(())
            }
            Taken::Close(why) => Err(why),
        }
    }

    /// Works on one request, if it may start.
    fn take_request(&mut self, id: ConnectionId, place: Place) -> Taken {
        let bytes = match place {
            Place::Scratch { start, end } => &self.scratch[start..end],
            Place::Large => match self.turn_frames.last() {
                Some(frame) => &frame.bytes[PREFIX..frame.total],
                None => return Taken::Close("no frame"),
            },
        };
        let mut reader = Reader::new(bytes);
        let header = match RequestHeader::read(&mut reader) {
            Ok(header) => header,
            Err(error) => {
                let peer = self.connections.get(id.key).map(|connection| connection.peer);
                api::log_undecodable(peer, "request header", &error.to_string());
                return Taken::Close("its request header cannot be read");
            }
        };
        let kind = match ApiKey::from_code(header.request_api_key) {
            Some(ApiKey::Produce) => Kind::Produce,
            Some(ApiKey::Fetch) => Kind::Fetch,
            _ => Kind::Other,
        };
        let Some(connection) = self.connections.get_mut(id.key).filter(|connection| connection.id == id)
        else {
            return Taken::Close("it is gone");
        };
        if connection.muted_until.is_some_and(|until| until > self.now.mono) {
            connection.pause = Pause::Muted;
            return Taken::Paused;
        }
        // KIP-368: a session that has run out is good for a new login and nothing else.
        if connection
            .session
            .as_ref()
            .and_then(|session| session.ends)
            .is_some_and(|ends| ends <= self.now.mono)
            && !matches!(
                ApiKey::from_code(header.request_api_key),
                Some(ApiKey::SaslHandshake | ApiKey::SaslAuthenticate)
            )
        {
            return Taken::Close("its session has run out");
        }
        if connection.ring.len() >= SLOTS_PER_CONNECTION || !connection.ring.may_start(kind) {
            connection.pause = Pause::Slots;
            return Taken::Paused;
        }
        if connection.outbound.held() > UNSENT_PER_CONNECTION {
            connection.pause = Pause::Output;
            return Taken::Paused;
        }
        let body_start = bytes.len() - reader.remaining();
        if !self.node.quotas.is_any() {
            return self.start_request(
                id,
                place,
                body_start,
                kind,
                &api::Header::of(&header),
                header.request_api_version,
            );
        }
        let (user, client_id) = (connection.principal.name(), header.client_id.unwrap_or(""));
        self.node.quotas.refresh(&mut connection.quotas, user, client_id, self.now.mono_ms());
        let (version, header, bytes) = (header.request_api_version, api::Header::of(&header), bytes.len());
        let began = self.charge(id, kind, bytes);
        let taken = self.start_request(id, place, body_start, kind, &header, version);
        self.charge_time(id, began);
        taken
    }

    fn start_request(
        &mut self,
        id: ConnectionId,
        place: Place,
        body_start: usize,
        kind: Kind,
        header: &api::Header,
        version: i16,
    ) -> Taken {
        let header = *header;
        match kind {
            Kind::Produce if api::serves(ApiKey::Produce, version) => {
                self.stage_produce(id, place, body_start, header).map_or_else(Taken::Close, |()| Taken::Done)
            }
            Kind::Fetch if api::serves(ApiKey::Fetch, version) => {
                self.start_fetch(id, place, body_start, header).map_or_else(Taken::Close, |()| Taken::Done)
            }
            _ => self.take_other(id, place),
        }
    }

    /// A request that runs alone: answered at once, or handed to the role that answers it.
    fn take_other(&mut self, id: ConnectionId, place: Place) -> Taken {
        let frame = match place {
            Place::Scratch { start, end } => &self.scratch[start..end],
            Place::Large => match self.turn_frames.last() {
                Some(frame) => &frame.bytes[PREFIX..frame.total],
                None => return Taken::Close("no frame"),
            },
        };
        let mut reader = Reader::new(frame);
        let Ok(header) = RequestHeader::read(&mut reader) else {
            return Taken::Close("its request header cannot be read");
        };
        let Some(key) = ApiKey::from_code(header.request_api_key) else {
            return Taken::Close("it asked for an API that does not exist");
        };
        let Some(connection) = self.connections.get_mut(id.key) else { return Taken::Close("it is gone") };
        let slot = connection.ring.push(Slot::Waiting(Kind::Other), Asked { api: key, at: self.now.mono });
        let stream = &connection.stream;
        let mut caller = Caller {
            node: &self.node,
            now: self.now,
            topics: &mut self.topics,
            peer: connection.peer,
            principal: &connection.principal,
            session: &mut connection.session,
            listener: connection.listener,
            local_address: &|| stream.local_address(),
            client: &mut connection.client,
            client_id: header.client_id.unwrap_or(""),
            key,
            header: api::Header::of(&header),
            mailbox: &self.peers[self.id.0],
            connection: id,
            slot,
            throttle_ms: 0,
        };
        let answer = api::dispatch(key, reader.rest(), &mut caller);
        let throttle_ms = caller.throttle_ms;
        if throttle_ms > 0 {
            self.mute(id, throttle_ms);
        }
        let Some(connection) = self.connections.get_mut(id.key) else { return Taken::Close("it is gone") };
        match answer {
            Answer::Ready(response) => {
                connection.ring.fill(slot, response);
                self.note_answer(id);
                self.release_large(place);
                Taken::Done
            }
            Answer::Last(response) => {
                connection.ring.fill(slot, response);
                Taken::Close("it has been answered for the last time")
            }
            Answer::Later => {
                self.release_large(place);
                Taken::Done
            }
            Answer::Close(why) => Taken::Close(why),
        }
    }

    /// Gives back the buffer of a large frame that nothing staged refers to.
    fn release_large(&mut self, place: Place) {
        if let Place::Large = place
            && let Some(frame) = self.turn_frames.pop()
        {
            self.pool.finish(frame);
        }
    }

    /// Something that paused a connection has ended: it may be read again.
    pub(super) fn resume(&mut self, id: ConnectionId, cause: Pause) {
        if let Some(connection) = self.connection(id)
            && connection.pause == cause
        {
            connection.pause = Pause::None;
            self.make_ready(id);
        }
    }

    /// The body of the frame at `place`.
    pub(super) fn body(&self, place: Place, body_start: usize) -> &[u8] {
        match place {
            Place::Scratch { start, end } => &self.scratch[start + body_start..end],
            Place::Large => {
                self.turn_frames.last().map_or(&[], |frame| &frame.bytes[PREFIX + body_start..frame.total])
            }
        }
    }
}

/// Where the body of a large frame begins in its buffer.
pub(super) const fn large_body(body_start: usize) -> usize {
    PREFIX + body_start
}
