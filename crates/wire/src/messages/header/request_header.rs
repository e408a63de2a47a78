//! RequestHeader: stands before every request body.
//!
//! Versions 1 to 2, flexible from 2.
//!
//! - v1: version 0 knew no client id and went with Kafka 4.0.
//! - v2: flexible; the client id keeps its old length prefix, for any broker must be able to read the
//!   header of ApiVersions.

use thalweg_wire_derive::Message;

/// Stands before every request body.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(header, versions = "1-2", flexible = "2+")]
pub struct RequestHeader<'a> {
    /// The API key.
    #[field(versions = "0+")]
    pub request_api_key: i16,
    /// The version of the body.
    #[field(versions = "0+")]
    pub request_api_version: i16,
    /// A number the answer repeats.
    #[field(versions = "0+")]
    pub correlation_id: i32,
    /// The client's name for itself.
    #[field(versions = "1+", nullable = "1+", flexible = "none")]
    pub client_id: Option<&'a str>,
}
