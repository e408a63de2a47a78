//! Why a produced batch is refused, as the client is told: a wire error, a message, and the records at fault.

use std::fmt;

use crate::error::BatchError;

/// So many faulty records are listed in one answer: a megabyte batch could name a hundred thousand.
pub const RECORD_ERRORS_MAX: usize = 1000;

/// A refusal. Each variant is one wire error; `Display` gives the message for the response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProduceError {
    /// INVALID_RECORD (87)
    InvalidRecord {
        /// What is wrong with the batch.
        reason: Reason,
        /// The faulty records, for [`Reason::Records`].
        record_errors: Vec<RecordError>,
    },
    /// INVALID_TIMESTAMP (32): at least one record's timestamp, perhaps beside other faults.
    InvalidTimestamp {
        /// The faulty records.
        record_errors: Vec<RecordError>,
    },
    /// CORRUPT_MESSAGE (2): lengths, magic or CRC; clients send it again.
    CorruptMessage(BatchError),
    /// MESSAGE_TOO_LARGE (10)
    MessageTooLarge {
        /// Bytes of the batch.
        size: usize,
        /// `max.message.bytes`.
        max: usize,
    },
    /// UNSUPPORTED_COMPRESSION_TYPE (76): zstd before Produce v7.
    UnsupportedCompressionType,
    /// RECORD_LIST_TOO_LARGE (18)
    RecordListTooLarge {
        /// Bytes of the batch.
        size: usize,
        /// `segment.bytes`.
        max: usize,
    },
}

/// What makes a batch an invalid record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Null, empty, or less than a whole batch.
    NoBatch,
    /// More than one batch for the partition.
    SeveralBatches,
    /// An old message format.
    Magic(i8),
    /// The base offset is not 0.
    BaseOffset(i64),
    /// The last offset lies before the first.
    OffsetRange {
        /// The header's last offset delta.
        last_offset_delta: i32,
    },
    /// The header counts no records.
    Count(i32),
    /// Count and offsets disagree.
    CountMismatch {
        /// The header's last offset delta.
        last_offset_delta: i32,
        /// The header's record count.
        count: i32,
    },
    /// Control batches are the broker's to write.
    Control,
    /// A producer id, but a negative sequence.
    Sequence(i32),
    /// Records or compressed data that are not well formed.
    Malformed(BatchError),
    /// Offset deltas of a compressed batch are not 0, 1, 2, ….
    OffsetDeltas,
    /// A record to be rewritten has a timestamp below −1.
    NegativeTimestamp(i64),
    /// See the record errors.
    Records,
}

/// One record at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordError {
    /// Its place in the batch, counted from 0 (`BatchIndex` in the response).
    pub index: i32,
    /// The fault; `Display` gives the message for the response.
    pub kind: RecordErrorKind,
}

/// What is wrong with one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordErrorKind {
    /// Compaction works by key.
    MissingKey,
    /// Too far behind or ahead of the broker's clock.
    TimestampOutOfRange {
        /// The record's timestamp.
        timestamp: i64,
        /// Earliest allowed.
        from: i64,
        /// Latest allowed.
        to: i64,
    },
    /// The batch claims LogAppendTime, which only brokers set.
    LogAppendTime,
}

impl ProduceError {
    pub(crate) fn invalid(reason: Reason) -> Self {
        Self::InvalidRecord { reason, record_errors: Vec::new() }
    }

    /// The wire error.
    #[must_use]
    pub const fn code(&self) -> i16 {
        match self {
            Self::CorruptMessage(_) => 2,
            Self::MessageTooLarge { .. } => 10,
            Self::RecordListTooLarge { .. } => 18,
            Self::InvalidTimestamp { .. } => 32,
            Self::UnsupportedCompressionType => 76,
            Self::InvalidRecord { .. } => 87,
        }
    }

    /// The faulty records, for Produce v8 and later (KIP-467).
    #[must_use]
    pub fn record_errors(&self) -> &[RecordError] {
        match self {
            Self::InvalidRecord { record_errors, .. } | Self::InvalidTimestamp { record_errors } => {
                record_errors
            }
            _ => &[],
        }
    }
}

impl fmt::Display for ProduceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidRecord { reason: Reason::Records, record_errors } => {
                write!(f, "Records were refused")?;
                first_errors(f, record_errors)
            }
            Self::InvalidRecord { reason, .. } => reason.fmt(f),
            Self::InvalidTimestamp { record_errors } => {
                write!(f, "Records were refused for their timestamps")?;
                first_errors(f, record_errors)
            }
            Self::CorruptMessage(error) => write!(f, "The batch is corrupt: {error}"),
            Self::MessageTooLarge { size, max } => {
                write!(f, "The batch has {size} bytes, the topic's max.message.bytes is {max}")
            }
            Self::UnsupportedCompressionType => f.write_str("zstd needs Produce version 7 or later"),
            Self::RecordListTooLarge { size, max } => {
                write!(f, "The batch has {size} bytes, a segment holds {max}")
            }
        }
    }
}

fn first_errors(f: &mut fmt::Formatter<'_>, errors: &[RecordError]) -> fmt::Result {
    for (place, error) in errors.iter().take(3).enumerate() {
        let before = if place == 0 { ": " } else { "; " };
        write!(f, "{before}record {}: {}", error.index, error.kind)?;
    }
    match errors.len().saturating_sub(3) {
        0 => Ok(()),
        more => write!(f, "; and {more} more"),
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBatch => f.write_str("There is no complete record batch for the partition"),
            Self::SeveralBatches => f.write_str("There is more than one record batch for the partition"),
            Self::Magic(magic) => write!(f, "Record batches must have magic 2, this one has {magic}"),
            Self::BaseOffset(offset) => {
                write!(f, "The base offset of a produced batch must be 0, this one has {offset}")
            }
            Self::OffsetRange { last_offset_delta } => {
                write!(f, "The batch ends before it begins: its last offset delta is {last_offset_delta}")
            }
            Self::Count(count) => write!(f, "The batch counts {count} records"),
            Self::CountMismatch { last_offset_delta, count } => {
                write!(f, "The batch counts {count} records but its last offset delta is {last_offset_delta}")
            }
            Self::Control => f.write_str("Clients may not write control batches"),
            Self::Sequence(sequence) => {
                write!(f, "The batch has a producer id but a base sequence of {sequence}")
            }
            Self::Malformed(error) => write!(f, "The records cannot be decoded: {error}"),
            Self::OffsetDeltas => f.write_str("The records of the batch are not numbered 0, 1, 2 and so on"),
            Self::NegativeTimestamp(timestamp) => write!(f, "A record has a timestamp of {timestamp}"),
            Self::Records => f.write_str("Records were refused"),
        }
    }
}

impl fmt::Display for RecordErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingKey => f.write_str("a compacted topic takes no record without a key"),
            Self::TimestampOutOfRange { timestamp, from, to } => {
                write!(f, "timestamp {timestamp} is out of range, it should be within [{from}, {to}]")
            }
            Self::LogAppendTime => f.write_str("producers may not set the timestamp type to LogAppendTime"),
        }
    }
}

impl std::error::Error for ProduceError {}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}
