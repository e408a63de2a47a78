//! Judges what a producer sent to one partition: Kafka 4.4's checks in Kafka's order, before the log is asked.
//! The worker calls this while the bytes are hot from the socket. Never assigns an offset or an epoch, never looks
//! at producer state: the log does both under its lock.
//!
//! The order (a batch wrong in two ways gets the first one's error): exactly one batch, magic 2, zstd from
//! Produce v7 on; base offset 0; size; CRC; codec; offset range, count, no control batch, sequence; then every
//! record: structure, key on compacted topics, timestamp. A malformed record outweighs the record errors before
//! it. Last the size again, after recompression, and against the segment.
//!
//! Where we differ from Kafka, on purpose:
//! - where Kafka's own code trips and it answers UNKNOWN_SERVER_ERROR (garbage under a right CRC, an unknown codec,
//!   a compressed batch not numbered 0, 1, 2, …), the answer is INVALID_RECORD, which a producer does not retry;
//! - an uncompressed batch not numbered 0, 1, 2, … is renumbered: Kafka stores it as it is, and readers then see
//!   wrong offsets;
//! - what a reader would stumble over is refused: null lengths below −1, a compressed record whose fields do not
//!   fill its length, compressed streams that only some client libraries can read;
//! - at most [`RECORD_ERRORS_MAX`] record errors are listed.

mod error;
mod judge;
mod rebuild;

pub use error::{ProduceError, RECORD_ERRORS_MAX, Reason, RecordError, RecordErrorKind};
pub use judge::validate_produce;

use thalweg_model::{ProducerEpoch, ProducerId, Sequence};

use crate::attributes::{Codec, TimestampType};
use crate::codec::{Compression, Limits};

/// What a topic and the request demand of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProduceRules {
    /// `compression.type` with its level.
    pub compression: TopicCompression,
    /// `message.timestamp.type`.
    pub timestamp_type: TimestampType,
    /// `message.timestamp.before.max.ms`: how far behind the broker's clock a record may be.
    pub before_max_ms: i64,
    /// `message.timestamp.after.max.ms`: how far ahead.
    pub after_max_ms: i64,
    /// `max.message.bytes`: of the whole batch, compressed.
    pub max_message_bytes: usize,
    /// `segment.bytes`: a batch must fit one segment.
    pub segment_bytes: usize,
    /// `cleanup.policy` has `compact`: every record needs a key.
    pub compacted: bool,
    /// `thalweg.validate.compressed`.
    pub validate_compressed: ValidateCompressed,
    /// Version of the Produce request.
    pub produce_version: i16,
    /// What decompressing may cost; holds `max.decompressed.message.bytes`.
    pub limits: Limits,
}

impl Default for ProduceRules {
    /// Kafka's defaults for a topic.
    fn default() -> Self {
        Self {
            compression: TopicCompression::Producer,
            timestamp_type: TimestampType::CreateTime,
            before_max_ms: i64::MAX,
            after_max_ms: DEFAULT_AFTER_MAX_MS,
            max_message_bytes: 1_048_588,
            segment_bytes: 1 << 30,
            compacted: false,
            validate_compressed: ValidateCompressed::Full,
            produce_version: i16::MAX,
            limits: Limits::default(),
        }
    }
}

/// One hour: the default of `message.timestamp.after.max.ms`.
pub(crate) const DEFAULT_AFTER_MAX_MS: i64 = 3_600_000;

/// `compression.type` of a topic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TopicCompression {
    /// Whatever the producer chose.
    #[default]
    Producer,
    /// This codec; batches in another are recompressed.
    Fixed(Compression),
}

impl TopicCompression {
    /// What a batch in this codec is stored with.
    #[must_use]
    pub fn target(self, source: Codec) -> Compression {
        match self {
            Self::Producer => source.into(),
            Self::Fixed(compression) => compression,
        }
    }
}

/// How much of a compressed batch is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ValidateCompressed {
    /// Every record, as Kafka does.
    #[default]
    Full,
    /// Header and CRC only, on the producer's word for the rest. Ignored for compacted topics, LogAppendTime,
    /// recompression, and where a timestamp bound is set to other than its default.
    Header,
}

/// The batch may be appended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The first [`Accepted::size`] bytes of what was handed in, patched where a rule says so.
    InPlace(Accepted),
    /// These bytes instead.
    Rebuilt(Accepted, Vec<u8>),
}

impl Verdict {
    /// What the log needs to know of the batch.
    #[must_use]
    pub fn accepted(&self) -> &Accepted {
        match self {
            Self::InPlace(accepted) | Self::Rebuilt(accepted, _) => accepted,
        }
    }
}

/// What the log needs to know of an accepted batch, so that it need not read the header again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Bytes to append. What a client sent behind them (less than a batch) is dropped, as Kafka drops it.
    pub size: usize,
    /// Records in the batch; its last offset is the base plus this minus 1.
    pub record_count: i32,
    /// Largest record timestamp, or `now_ms` for LogAppendTime; −1 if no record has one.
    pub max_timestamp: i64,
    /// Offset delta of the first record with that timestamp; of the last record for LogAppendTime and where
    /// records were not read ([`ValidateCompressed::Header`]).
    pub offset_delta_of_max_timestamp: i32,
    /// Codec it is stored with.
    pub codec: Codec,
    /// −1 if the producer is not idempotent.
    pub producer_id: ProducerId,
    /// With `producer_id`.
    pub producer_epoch: ProducerEpoch,
    /// Sequence of the first record.
    pub base_sequence: Sequence,
    /// Part of a transaction: the log must know of it.
    pub is_transactional: bool,
}
