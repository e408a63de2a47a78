//! What can be wrong with the bytes of a batch. Says what was found; which wire error it becomes is decided
//! by `produce` and, for data on disk, by the log.

use std::fmt;

/// Bytes that are not a well-formed batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchError {
    /// The batch goes on behind the end of the bytes at hand.
    Truncated {
        /// Bytes the batch (or its header) takes.
        needed: usize,
        /// Bytes there are.
        available: usize,
    },
    /// The length field is smaller than any batch of this magic.
    Length(i32),
    /// A magic byte this reader does not take.
    Magic(i8),
    /// The bytes are not those that were written.
    Crc {
        /// What the batch carries.
        stored: u32,
        /// What its bytes give.
        computed: u32,
    },
    /// Codec numbers 5 to 7.
    UnknownCodec(u8),
    /// The compressed blob is not what its codec writes.
    Compressed(crate::Codec),
    /// A block mode, window or dictionary that Kafka's own readers cannot take.
    UnsupportedCompression(crate::Codec),
    /// Decompressing was given up at the caller's cap.
    TooLargeDecompressed {
        /// The cap in bytes.
        limit: u64,
    },
    /// A record in a compressed batch is larger than allowed (`max.decompressed.message.bytes`).
    RecordTooLarge {
        /// The record, counted from 0.
        index: u32,
    },
    /// The header's record count is negative.
    RecordCount(i32),
    /// The records end before the count is reached, or inside a record.
    RecordsTooShort {
        /// The record that is cut off, counted from 0.
        index: u32,
    },
    /// Bytes are left behind the last record.
    RecordsTooLong,
    /// A record whose fields do not fill its length, or lengths that no record can have.
    RecordStructure {
        /// The record, counted from 0.
        index: u32,
    },
}

impl fmt::Display for BatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { needed, available } => {
                write!(f, "the batch takes {needed} bytes, {available} are there")
            }
            Self::Length(length) => write!(f, "no batch has a length of {length}"),
            Self::Magic(magic) => write!(f, "unexpected magic {magic}"),
            Self::Crc { stored, computed } => {
                write!(f, "the batch carries CRC {stored:#010x}, its bytes have {computed:#010x}")
            }
            Self::UnknownCodec(id) => write!(f, "no codec has number {id}"),
            Self::Compressed(codec) => write!(f, "the records are not valid {codec} data"),
            Self::UnsupportedCompression(codec) => {
                write!(f, "the records use a form of {codec} that Kafka clients cannot read")
            }
            Self::TooLargeDecompressed { limit } => {
                write!(f, "the records decompress to more than {limit} bytes")
            }
            Self::RecordTooLarge { index } => {
                write!(f, "record {index} decompresses to more than is allowed")
            }
            Self::RecordCount(count) => write!(f, "a batch cannot hold {count} records"),
            Self::RecordsTooShort { index } => write!(f, "the batch ends inside record {index}"),
            Self::RecordsTooLong => f.write_str("bytes are left behind the last record"),
            Self::RecordStructure { index } => write!(f, "record {index} is not well formed"),
        }
    }
}

impl std::error::Error for BatchError {}
