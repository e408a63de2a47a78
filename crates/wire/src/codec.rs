//! The traits that the derive in `thalweg-wire-derive` implements for every message and its parts, and the
//! one type that stands for record bytes. Decides nothing: versions and fields are stated in `messages`.

use std::ops::RangeInclusive;

use crate::schema::MessageSchema;
use crate::{ApiKey, DecodeError, EncodeError, Reader, Writer};

/// A message or a part of one that can be read from bytes; strings, bytes and records borrow from them.
pub trait Decode<'a>: Sized {
    /// Reads one value as `version` lays it out. A message checks that it knows the version; a part relies
    /// on the message around it.
    fn decode(r: &mut Reader<'a>, version: i16) -> Result<Self, DecodeError>;

    /// The fewest bytes any value takes in `version`: what an announced element count is held against.
    fn least_bytes(version: i16) -> usize;
}

/// A message or a part of one that can be written.
pub trait Encode {
    /// Writes the value as `version` lays it out. A field that the version lacks, is not ignorable and is not
    /// at its default makes this fail, as it does in Kafka.
    fn encode(&self, w: &mut Writer, version: i16) -> Result<(), EncodeError>;
}

/// A top-level message: request, response, header, metadata record, coordinator key or value, or data.
pub trait Message: Encode {
    /// Kafka's name of the schema.
    const NAME: &'static str;
    /// The versions that may be read and written, the unstable one included.
    const VALID_VERSIONS: RangeInclusive<i16>;
    /// The first version with compact lengths and tagged fields (KIP-482), if any.
    const FLEXIBLE_VERSIONS: Option<i16>;
    /// True if the highest version is under development: hidden unless `unstable.api.versions.enable`.
    const LATEST_VERSION_UNSTABLE: bool;
    /// The same facts, and all fields, as data.
    const SCHEMA: &'static MessageSchema;
}

/// A message a client may send.
pub trait Request: Message {
    /// The key in the request header.
    const API_KEY: ApiKey;
    /// What answers it.
    type Response<'r>: Message + Decode<'r>;
}

/// The value of a `records` field: batches that nobody looks into here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordsField<'a> {
    /// The bytes themselves. Decoding gives nothing else.
    Bytes(&'a [u8]),
    /// Bytes that are elsewhere, usually in a segment file: encoding writes the length prefix, notes a
    /// [`Hole`](crate::Hole) and leaves the bytes out, so that they can follow by `sendfile`.
    Hole {
        /// How many bytes will fill the hole.
        length: u32,
        /// The caller's name for the bytes, handed back in the hole.
        tag: u32,
    },
}

impl RecordsField<'_> {
    /// Bytes on the wire, not counting the length prefix.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(bytes) => bytes.len(),
            Self::Hole { length, .. } => *length as usize,
        }
    }

    /// True if there are no records.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Decodes a message that fills `bytes` to the last one.
pub fn decode_message<'a, M: Message + Decode<'a>>(bytes: &'a [u8], version: i16) -> Result<M, DecodeError> {
    let mut reader = Reader::new(bytes);
    let message = M::decode(&mut reader, version)?;
    if reader.remaining() != 0 {
        return Err(DecodeError::TrailingBytes);
    }
    Ok(message)
}

/// Encodes a message alone, without header or frame. Not for messages with holes.
pub fn encode_message<M: Message>(message: &M, version: i16) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer::new();
    message.encode(&mut writer, version)?;
    debug_assert!(writer.holes.is_empty(), "a hole needs a socket to be filled");
    Ok(writer.buf)
}
