//! AddPartitionsToTxn (API key 24), request: announces or verifies the partitions of a transaction.
//!
//! Versions 0 to 5, flexible from 3.
//!
//! - v1 to v2: the layout of the version before.
//! - v3: flexible.
//! - v4: adds `transactions`, drops `v3_and_below_transactional_id`, `v3_and_below_producer_id`,
//!   `v3_and_below_producer_epoch`, `v3_and_below_topics`.
//! - v5: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AddPartitionsToTxnResponse;

/// Announces or verifies the partitions of a transaction.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 24, versions = "0-5", flexible = "3+", response(AddPartitionsToTxnResponse<'r>))]
pub struct AddPartitionsToTxnRequest<'a> {
    /// The transactions.
    #[field(versions = "4+")]
    pub transactions: Vec<AddPartitionsToTxnTransaction<'a>>,
    /// The transactional id, in versions for one transaction.
    #[field(versions = "0-3")]
    pub v3_and_below_transactional_id: &'a str,
    /// The producer id, in versions for one transaction.
    #[field(versions = "0-3")]
    pub v3_and_below_producer_id: i64,
    /// The producer epoch, in versions for one transaction.
    #[field(versions = "0-3")]
    pub v3_and_below_producer_epoch: i16,
    /// The partitions, in versions for one transaction.
    #[field(versions = "0-3")]
    pub v3_and_below_topics: Vec<AddPartitionsToTxnTopic<'a>>,
}

/// One entry of [`AddPartitionsToTxnRequest::transactions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct AddPartitionsToTxnTransaction<'a> {
    /// The transactional id; null outside transactions.
    #[field(versions = "4+")]
    pub transactional_id: &'a str,
    /// The producer id.
    #[field(versions = "4+")]
    pub producer_id: i64,
    /// The producer's epoch.
    #[field(versions = "4+")]
    pub producer_epoch: i16,
    /// Only say whether the partitions are in the transaction.
    #[field(versions = "4+")]
    pub verify_only: bool,
    /// The topics.
    #[field(versions = "4+")]
    pub topics: Vec<AddPartitionsToTxnTopic<'a>>,
}

/// One entry of `AddPartitionsToTxnTransaction.topics`,
/// `AddPartitionsToTxnRequest.v3_and_below_topics`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct AddPartitionsToTxnTopic<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
