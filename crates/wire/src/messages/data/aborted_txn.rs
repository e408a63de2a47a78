//! AbortedTxn: an entry of a segment's transaction index.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// An entry of a segment's transaction index.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0")]
pub struct AbortedTxn {
    /// The producer id.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// The first offset.
    #[field(versions = "0+")]
    pub first_offset: i64,
    /// The last offset.
    #[field(versions = "0+")]
    pub last_offset: i64,
    /// The last stable offset when the transaction was aborted.
    #[field(versions = "0+")]
    pub last_stable_offset: i64,
}
