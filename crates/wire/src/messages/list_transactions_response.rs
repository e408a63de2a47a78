//! ListTransactions (API key 66), response: the transactions that match.
//!
//! Versions 0 to 2, flexible.
//!
//! - v1 to v2: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

/// Answers [`ListTransactionsRequest`](super::ListTransactionsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 66, versions = "0-2", flexible = "0+")]
pub struct ListTransactionsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// States to match that the broker does not know.
    #[field(versions = "0+")]
    pub unknown_state_filters: Vec<&'a str>,
    /// The transactions.
    #[field(versions = "0+")]
    pub transaction_states: Vec<TransactionState<'a>>,
}

/// One entry of [`ListTransactionsResponse::transaction_states`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct TransactionState<'a> {
    /// The transactional id; null outside transactions.
    #[field(versions = "0+")]
    pub transactional_id: &'a str,
    /// The producer id.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// The transaction's state, as Kafka names them.
    #[field(versions = "0+")]
    pub transaction_state: &'a str,
}
