//! BeginTransactionRecord (record type 23): the records that follow belong together, until the end or
//! abort record.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// The records that follow belong together, until the end or abort record.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 23, versions = "0", flexible = "0+")]
pub struct BeginTransactionRecord<'a> {
    /// The name.
    #[field(versions = "0+", nullable = "0+", tag = 0, default = null)]
    pub name: Option<&'a str>,
}
