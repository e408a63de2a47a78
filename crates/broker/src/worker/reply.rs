//! How an answer finds its slot: the handle that other roles hold, and the encoding of responses.

use thalweg_wire::headers::ResponseHeader;
use thalweg_wire::{ApiKey, Encode, Writer};

use super::WorkerMessage;
use super::throttle::begins_with_throttle;
use crate::api::produce::PartitionOutcome;
use crate::connection::ConnectionId;
use crate::connection::outbound::FileRange;
use crate::connection::slots::{Response, SlotNumber};
use crate::mailbox::Sender;

/// Writes a whole answer: length, header, body. `None` is our own mistake (a field that this version cannot
/// carry); it is logged, and the connection is closed rather than left waiting.
pub fn encode_response(
    key: ApiKey,
    version: i16,
    correlation_id: i32,
    body: &impl Encode,
) -> Option<Response> {
    encode_with_files(key, version, correlation_id, body, &[], 0)
}

/// Like [`encode_response`], for a body with holes: a hole's tag is the index of its range in `files`. The answer is
/// expected to take about `expected` bytes without them.
pub fn encode_with_files(
    key: ApiKey,
    version: i16,
    correlation_id: i32,
    body: &impl Encode,
    files: &[FileRange],
    expected: usize,
) -> Option<Response> {
    let mut writer = Writer::over(Vec::with_capacity(expected));
    let mut throttle_at = None;
    let written = write(&mut writer, key, version, correlation_id, body, &mut throttle_at);
    if let Err(error) = written {
        tracing::error!(event = "answer_not_encodable", api = key.name(), version, %error);
        return None;
    }
    let files = writer
        .holes
        .iter()
        .filter_map(|hole| files.get(hole.tag as usize).map(|range| (hole.position, range.clone())))
        .collect();
    Some(Response { bytes: writer.buf, files, throttle_at })
}

/// Writes a whole answer without holes behind what `writer` holds: for a buffer that is used again. False is our
/// own mistake, logged; the buffer then ends in rubbish.
pub(super) fn encode_into(
    writer: &mut Writer,
    key: ApiKey,
    version: i16,
    correlation_id: i32,
    body: &impl Encode,
) -> bool {
    let written = write(writer, key, version, correlation_id, body, &mut None);
    if let Err(error) = &written {
        tracing::error!(event = "answer_not_encodable", api = key.name(), version, %error);
    }
    written.is_ok()
}

fn write(
    writer: &mut Writer,
    key: ApiKey,
    version: i16,
    correlation_id: i32,
    body: &impl Encode,
    throttle_at: &mut Option<usize>,
) -> Result<(), thalweg_wire::EncodeError> {
    let frame = writer.begin_frame();
    ResponseHeader { correlation_id }.write(writer, key, version)?;
    *throttle_at = begins_with_throttle(key, version).then_some(writer.buf.len());
    body.encode(writer, version)?;
    writer.end_frame(frame)
}

/// The right to answer one request later, from any role. If it is dropped unused the connection is closed: a
/// client never waits for an answer that nobody will give.
#[derive(Debug)]
pub struct Reply {
    mailbox: Sender<WorkerMessage>,
    connection: ConnectionId,
    slot: SlotNumber,
    key: ApiKey,
    version: i16,
    correlation_id: i32,
    is_answered: bool,
}

impl Reply {
    /// For the slot of a request.
    pub fn new(
        mailbox: Sender<WorkerMessage>,
        connection: ConnectionId,
        slot: SlotNumber,
        key: ApiKey,
        version: i16,
        correlation_id: i32,
    ) -> Self {
        Self { mailbox, connection, slot, key, version, correlation_id, is_answered: false }
    }

    /// The version the request came in.
    pub fn version(&self) -> i16 {
        self.version
    }

    /// Answers.
    pub fn send(mut self, body: &impl Encode) {
        let response = encode_response(self.key, self.version, self.correlation_id, body);
        self.is_answered = true;
        self.fill(response);
    }

    fn fill(&self, response: Option<Response>) {
        let (connection, slot) = (self.connection, self.slot);
        self.mailbox.send(WorkerMessage::Fill { connection, slot, response });
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        if !self.is_answered {
            self.fill(None);
        }
    }
}

/// The right to answer one partition of a Produce later.
#[derive(Clone, Debug)]
pub struct ProduceTicket {
    /// The worker that owns the connection.
    pub mailbox: Sender<WorkerMessage>,
    /// The connection.
    pub connection: ConnectionId,
    /// The request's slot; `None` for acks=0.
    pub slot: Option<SlotNumber>,
    /// Which partition of the request.
    pub place: u32,
}

impl ProduceTicket {
    /// Answers.
    pub fn settle(self, outcome: PartitionOutcome) {
        let Self { mailbox, connection, slot, place } = self;
        mailbox.send(WorkerMessage::Produced { connection, slot, place, outcome });
    }
}
