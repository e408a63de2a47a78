//! Answers out: slots that are ready leave in order, each connection's in one send.
//!
//! Decides nothing about content. Ends what paused a connection when a slot has left or the socket took what
//! waited.

use thalweg_wire::ApiKey;

use super::Worker;
use super::reply::encode_into;
use crate::connection::outbound::{FileRange, Flushed};
use crate::connection::slots::{Response, Slot};
use crate::connection::{Connection, ConnectionId, Pause, UNSENT_PER_CONNECTION};

impl Worker {
    /// Drains and sends for every connection whose slots or socket changed in this turn.
    pub(super) fn send_answers(&mut self) {
        let mut answer = std::mem::take(&mut self.answer);
        for id in answer.drain(..) {
            if let Err(why) = self.send_answer(id) {
                self.close(id, why);
            }
        }
        // Sending wakes nobody, so nothing was noted in between; keep the storage.
        if self.answer.is_empty() {
            self.answer = answer;
        }
    }

    fn send_answer(&mut self, id: ConnectionId) -> Result<(), &'static str> {
        let Some(connection) = self.connections.get_mut(id.key).filter(|connection| connection.id == id)
        else {
            return Ok(());
        };
        connection.on_answer_list = false;
        let mut has_left = false;
        // What the cap left behind in the ring follows at once if the socket took the rest: no event would come for it.
        loop {
            while connection.outbound.held() <= UNSENT_PER_CONNECTION {
                let Some((slot, asked)) = connection.ring.pop_ready() else { break };
                has_left = true;
                let owed = std::mem::take(&mut connection.owed_throttle_ms);
                match self.answered.last_mut() {
                    Some((alike, count)) if *alike == asked => *count += 1,
                    _ => self.answered.push((asked, 1)),
                }
                match slot {
                    Slot::Ready(mut response) if owed > 0 && response.throttle_at.is_some() => {
                        super::throttle::tell(&mut response, owed);
                        push(response, connection, &mut self.spare_buffers);
                    }
                    Slot::Ready(response) => push(response, connection, &mut self.spare_buffers),

                    Slot::Produce(state) => {
                        let (version, correlation_id) = (state.version, state.correlation_id);
                        let writer = &mut self.answer_writer;
                        writer.buf.clear();
                        let mut response = state.response();
                        response.throttle_time_ms = owed;
                        if !encode_into(writer, ApiKey::Produce, version, correlation_id, &response) {
                            return Err("a Produce answer could not be written");
                        }
                        connection.outbound.push_slice(&writer.buf, &mut self.spare_buffers);
                        if self.spare_states.len() < SPARE_STATES {
                            self.spare_states.push(state);
                        }
                    }
                    Slot::Waiting(_) => debug_assert!(false, "a waiting slot is not ready"),
                }
            }
            if connection.outbound.is_empty() && !connection.stream.has_unsent() {
                break;
            }
            let taken = connection.outbound.taken();
            let flushed = connection
                .outbound
                .flush(&mut *connection.stream, &mut self.spare_buffers)
                .map_err(|_| "the connection broke while it was answered")?;
            if connection.outbound.taken() != taken {
                connection.last_active = self.now.mono;
            }
            if flushed == Flushed::Blocked {
                break;
            }
        }
        let is_empty = connection.outbound.is_empty() && !connection.stream.has_unsent();
        if connection.is_closing && is_empty {
            return Err("it has been answered and is closed");
        }
        let may_read_on = connection.outbound.held() <= UNSENT_PER_CONNECTION;
        if self.is_draining && is_empty && connection.ring.is_empty() {
            return Err("the broker is stopping");
        }
        if has_left {
            self.resume(id, Pause::Slots);
        }
        if may_read_on {
            self.resume(id, Pause::Output);
        }
        Ok(())
    }
}

/// Hands an encoded answer to the socket queue.
fn push(response: Response, connection: &mut Connection, spare: &mut Vec<Vec<u8>>) {
    let Response { bytes, files, .. } = response;
    if files.is_empty() && bytes.len() < MOVE_FROM {
        return connection.outbound.push_slice(&bytes, spare);
    }
    let mut joined = spare.pop().unwrap_or_default();
    let mut at = 0;
    for (position, file) in files {
        joined.extend_from_slice(&bytes[at..position]);
        at = position;
        if !read_behind(&mut joined, &file) {
            connection.outbound.push_bytes(std::mem::take(&mut joined));
            connection.outbound.push_file(file);
        }
    }
    joined.extend_from_slice(&bytes[at..]);
    connection.outbound.push_bytes(joined);
}

/// Copies a small range of a file behind the little that `joined` holds: cheaper than the calls that sending it in place
/// takes between the bytes before and behind it. False: it is more than that, or cannot be read, which the socket's turn
/// finds out.
fn read_behind(joined: &mut Vec<u8>, range: &FileRange) -> bool {
    let start = joined.len();
    if range.length > COPIED || start > COPIED as usize {
        return false;
    }
    joined.resize(start + range.length as usize, 0);
    let is_read = range.file.read_exact_at(&mut joined[start..], range.offset).is_ok();
    if !is_read {
        joined.truncate(start);
    }
    is_read
}

/// Ranges of files up to this are copied into their answers.
const COPIED: u64 = 4 << 10;
/// An answer of so many bytes is handed on as it is instead of being copied behind the one before it.
const MOVE_FROM: usize = 4 << 10;
/// Produce states a worker keeps for reuse.
const SPARE_STATES: usize = 256;
