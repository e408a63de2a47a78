//! AbortTransactionRecord (record type 25): the records since the begin record never happened.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// The records since the begin record never happened.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 25, versions = "0", flexible = "0+")]
pub struct AbortTransactionRecord<'a> {
    /// Why, for people.
    #[field(versions = "0+", nullable = "0+", tag = 0, default = null)]
    pub reason: Option<&'a str>,
}
