//! EndTxn (API key 26), request: commits or aborts a transaction.
//!
//! Versions 0 to 5, flexible from 3.
//!
//! - v1 to v2: the layout of the version before.
//! - v3: flexible.
//! - v4 to v5: the layout of the version before.

use thalweg_wire_derive::Message;

use crate::messages::EndTxnResponse;

/// Commits or aborts a transaction.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 26, versions = "0-5", flexible = "3+", response(EndTxnResponse))]
pub struct EndTxnRequest<'a> {
    /// The transactional id; null outside transactions.
    #[field(versions = "0+")]
    pub transactional_id: &'a str,
    /// The producer id.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// The producer's epoch.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// True to commit, false to abort.
    #[field(versions = "0+")]
    pub committed: bool,
}
