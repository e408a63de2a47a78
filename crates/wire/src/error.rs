//! Why bytes are not a message, and why a message cannot be written. Small values: the happy path pays
//! nothing for them. What the client is told is the broker's business.

use std::fmt;

/// The bytes are not what the message's schema says. Where: [`Reader::position`](crate::Reader::position).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeError {
    /// A value or an announced length reaches past the last byte.
    Truncated,
    /// Null where this version does not allow it.
    Null,
    /// A length below zero where no null is meant, or a string longer than 32,767 bytes.
    Length,
    /// More elements than one array or the whole message may have.
    TooManyElements,
    /// More tagged fields than a structure may have.
    TooManyTaggedFields,
    /// The decoded form would take far more memory than the bytes it comes from.
    TooDense,
    /// A variable-length integer of more than 32 (64) bits.
    Varint,
    /// A string is not UTF-8.
    Utf8,
    /// A tagged field's value is shorter or longer than the size before it.
    TagSize,
    /// The message does not have this version.
    Version(i16),
    /// No request has this API key.
    ApiKey(i16),
    /// No record of that log has this type.
    RecordType(i32),
    /// Bytes remain after the message.
    TrailingBytes,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Truncated => "the bytes end before the value does",
            Self::Null => "null where this version allows none",
            Self::Length => "a length out of range",
            Self::TooManyElements => "more array elements than a message may have",
            Self::TooManyTaggedFields => "more tagged fields than a structure may have",
            Self::TooDense => "the message would take far more memory than its bytes",
            Self::Varint => "a variable-length integer is too long",
            Self::Utf8 => "a string is not UTF-8",
            Self::TagSize => "a tagged field does not fill its announced size",
            Self::Version(version) => return write!(f, "version {version} is not known"),
            Self::ApiKey(key) => return write!(f, "API key {key} is not known"),
            Self::RecordType(number) => return write!(f, "record type {number} is not known"),
            Self::TrailingBytes => "bytes remain after the message",
        };
        f.write_str(text)
    }
}

impl std::error::Error for DecodeError {}

// Small enough to come back in a register.
const _: () = assert!(size_of::<DecodeError>() <= 8);

/// The message cannot be written in that version: the caller's mistake, never a peer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// The message does not have this version.
    Version {
        /// Kafka's name of the message.
        message: &'static str,
        /// The version asked for.
        version: i16,
    },
    /// A field is set that this version lacks and must not lose.
    FieldNotInVersion {
        /// `Structure.field`.
        field: &'static str,
        /// The version asked for.
        version: i16,
    },
    /// Null where this version allows none.
    Null {
        /// `Structure.field`.
        field: &'static str,
    },
    /// A string longer than 32,767 bytes, or a count or byte length past 2^31 − 1.
    TooLong,
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version { message, version } => write!(f, "{message} has no version {version}"),
            Self::FieldNotInVersion { field, version } => {
                write!(f, "{field} is set, but version {version} cannot carry it")
            }
            Self::Null { field } => write!(f, "{field} is null, which this version does not allow"),
            Self::TooLong => f.write_str("a string, array or byte field is too long for its length prefix"),
        }
    }
}

impl std::error::Error for EncodeError {}
