//! Kafka's protocol, declared once: every message, header and record schema of Kafka 4.4 as a Rust struct
//! that states its versions, and the one codec that reads and writes them all.
//!
//! First and last station of a record's path inside the process: bytes of a frame become borrowed structs
//! here, answers become bytes here. Record batches stay opaque slices. Never does I/O, never copies a string
//! or a byte field while decoding, never reserves memory on the word of a peer: see [`Reader`].
//!
//! - [`messages`]: one file per message, code and documentation at once.
//! - [`Reader`], [`Writer`], [`Decode`], [`Encode`]: the codec.
//! - [`ApiKey`], [`ErrorCode`], [`headers`]: what surrounds a message.
//! - [`records`]: the frames of metadata records and coordinator records.
//! - [`schema`], [`registry`]: the same declarations as data, for checks, tests and tools.

mod api_key;
mod codec;
mod error;
mod error_code;
pub mod headers;
pub mod messages;
mod reader;
pub mod records;
pub mod registry;
pub mod schema;
mod writer;

pub use api_key::{ApiKey, Listeners};
pub use codec::{Decode, Encode, Message, RecordsField, Request, decode_message, encode_message};
pub use error::{DecodeError, EncodeError};
pub use error_code::ErrorCode;
pub use reader::{MAX_ARRAY_ELEMENTS, MAX_FIRST_CAPACITY, MAX_TAGGED_FIELDS, Reader};
pub use thalweg_model::Uuid;
pub use writer::{Hole, Writer};
