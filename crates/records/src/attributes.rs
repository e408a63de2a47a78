//! The attributes field of a batch: which codec, whose timestamps, and the transactional, control and delete
//! horizon flags. Only names bits; compressing is `codec`'s work.

use crate::error::BatchError;

/// A compression codec as its number in the attributes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Codec {
    /// Records as they are.
    #[default]
    None = 0,
    /// RFC 1952.
    Gzip = 1,
    /// Snappy in xerial's framing, or raw as librdkafka once wrote it.
    Snappy = 2,
    /// LZ4 frames of independent blocks.
    Lz4 = 3,
    /// RFC 8878 (KIP-110).
    Zstd = 4,
}

impl Codec {
    /// All codecs, in the order of their numbers.
    pub const ALL: [Self; 5] = [Self::None, Self::Gzip, Self::Snappy, Self::Lz4, Self::Zstd];

    /// The codec with this number.
    pub const fn from_id(id: u8) -> Result<Self, BatchError> {
        Ok(match id {
            0 => Self::None,
            1 => Self::Gzip,
            2 => Self::Snappy,
            3 => Self::Lz4,
            4 => Self::Zstd,
            _ => return Err(BatchError::UnknownCodec(id)),
        })
    }

    /// The codec's number.
    #[must_use]
    pub const fn id(self) -> u8 {
        self as u8
    }

    /// The name configuration and tools use.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Gzip => "gzip",
            Self::Snappy => "snappy",
            Self::Lz4 => "lz4",
            Self::Zstd => "zstd",
        }
    }
}

impl std::fmt::Display for Codec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Whose clock gave the timestamps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TimestampType {
    /// The producer's, per record.
    #[default]
    CreateTime,
    /// The broker's, one for the whole batch, kept as its max timestamp.
    LogAppendTime,
}

/// The attributes of a batch. Bits 0–2 codec, 3 LogAppendTime, 4 transactional, 5 control, 6 delete horizon.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub struct Attributes(pub i16);

const CODEC: i16 = 0x07;
const LOG_APPEND_TIME: i16 = 0x08;
const TRANSACTIONAL: i16 = 0x10;
const CONTROL: i16 = 0x20;
const DELETE_HORIZON: i16 = 0x40;
const DEFINED: i16 = 0x7f;

impl Attributes {
    /// The codec, or an error for 5, 6 and 7.
    pub const fn codec(self) -> Result<Codec, BatchError> {
        Codec::from_id((self.0 & CODEC) as u8)
    }

    /// Whose clock gave the timestamps.
    #[must_use]
    pub const fn timestamp_type(self) -> TimestampType {
        if self.0 & LOG_APPEND_TIME == 0 { TimestampType::CreateTime } else { TimestampType::LogAppendTime }
    }

    /// Part of a transaction.
    #[must_use]
    pub const fn is_transactional(self) -> bool {
        self.0 & TRANSACTIONAL != 0
    }

    /// Control records instead of data.
    #[must_use]
    pub const fn is_control(self) -> bool {
        self.0 & CONTROL != 0
    }

    /// The base timestamp is a delete horizon (KIP-534).
    #[must_use]
    pub const fn has_delete_horizon(self) -> bool {
        self.0 & DELETE_HORIZON != 0
    }

    /// The same with another codec.
    #[must_use]
    pub const fn with_codec(self, codec: Codec) -> Self {
        Self(self.0 & !CODEC | codec.id() as i16)
    }

    /// The same with another timestamp type.
    #[must_use]
    pub const fn with_timestamp_type(self, timestamp_type: TimestampType) -> Self {
        self.with(LOG_APPEND_TIME, matches!(timestamp_type, TimestampType::LogAppendTime))
    }

    /// The same with the transactional flag set or not.
    #[must_use]
    pub const fn with_transactional(self, yes: bool) -> Self {
        self.with(TRANSACTIONAL, yes)
    }

    /// The same with the control flag set or not.
    #[must_use]
    pub const fn with_control(self, yes: bool) -> Self {
        self.with(CONTROL, yes)
    }

    /// The same with the delete horizon flag set or not.
    #[must_use]
    pub const fn with_delete_horizon(self, yes: bool) -> Self {
        self.with(DELETE_HORIZON, yes)
    }

    /// The same without the bits that have no meaning yet.
    #[must_use]
    pub const fn defined_bits(self) -> Self {
        Self(self.0 & DEFINED)
    }

    const fn with(self, bit: i16, yes: bool) -> Self {
        Self(if yes { self.0 | bit } else { self.0 & !bit })
    }
}
