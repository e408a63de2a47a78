//! EndTransactionRecord (record type 24): the records since the begin record take effect.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// The records since the begin record take effect.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 24, versions = "0", flexible = "0+")]
pub struct EndTransactionRecord {}
