//! Record batches: the bytes that a producer sends, the log stores and a consumer reads, all three the same.
//!
//! Holds the borrowed header view, the CRC, the bounded walk over records, the rules a produced batch is judged
//! by, the codecs, the builder, and the reading of formats older than magic 2. On the record's path it sits
//! between the wire (where records are an opaque slice) and the partition's log. Never does I/O, never asks a
//! clock, and never assigns offsets or epochs: the log does that under its lock.

mod attributes;
mod build;
mod codec;
mod control;
mod error;
mod header;
mod legacy;
mod produce;
mod record;
mod varint;
mod walk;

pub use attributes::{Attributes, Codec, TimestampType};
pub use build::BatchBuilder;
pub use codec::{Compression, Limits, Scratch, compress, decompress};
pub use control::ControlType;
pub use error::BatchError;
pub use header::{
    BatchMut, BatchView, HEADER_SIZE, LOG_OVERHEAD, MAGIC_V2, NO_TIMESTAMP, PEEK_SIZE, Peek, crc, peek,
    set_base_offset, set_partition_leader_epoch,
};
pub use legacy::{LegacyMessage, LegacyRecords};
pub use produce::{
    Accepted, ProduceError, ProduceRules, RECORD_ERRORS_MAX, Reason, RecordError, RecordErrorKind,
    TopicCompression, ValidateCompressed, Verdict, validate_produce,
};
pub use record::{Header, Headers, Record, RecordIter};
pub use walk::{RecordMeta, Walked, walk_records};
