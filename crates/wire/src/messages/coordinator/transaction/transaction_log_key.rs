//! TransactionLogKey (record type 0): which transactional id the value is of.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// Which transactional id the value is of.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 0, versions = "0")]
pub struct TransactionLogKey<'a> {
    /// The transactional id; null outside transactions.
    #[field(versions = "0")]
    pub transactional_id: &'a str,
}
