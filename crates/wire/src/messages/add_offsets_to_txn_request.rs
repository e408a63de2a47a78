//! AddOffsetsToTxn (API key 25), request: announces that a transaction will commit offsets of a group.
//!
//! Versions 0 to 4, flexible from 3.
//!
//! - v1 to v2: the layout of the version before.
//! - v3: flexible.
//! - v4: the layout of the version before.

use thalweg_wire_derive::Message;

use crate::messages::AddOffsetsToTxnResponse;

/// Announces that a transaction will commit offsets of a group.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 25, versions = "0-4", flexible = "3+", response(AddOffsetsToTxnResponse))]
pub struct AddOffsetsToTxnRequest<'a> {
    /// The transactional id; null outside transactions.
    #[field(versions = "0+")]
    pub transactional_id: &'a str,
    /// The producer id.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// The producer's epoch.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
}
