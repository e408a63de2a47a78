//! ResponseHeader: stands before every response body.
//!
//! Versions 0 to 1, flexible from 1.
//!
//! - v1: flexible.

use thalweg_wire_derive::Message;

/// Stands before every response body.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(header, versions = "0-1", flexible = "1+")]
pub struct ResponseHeader {
    /// The number from the request that this answers.
    #[field(versions = "0+")]
    pub correlation_id: i32,
}
