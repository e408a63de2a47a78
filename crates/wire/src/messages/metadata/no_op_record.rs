//! NoOpRecord (record type 20): nothing: keeps the log moving.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// Nothing: keeps the log moving.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 20, versions = "0", flexible = "0+")]
pub struct NoOpRecord {}
