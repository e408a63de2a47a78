//! DescribeTransactions (API key 65), response: per transactional id, the state of its transaction.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`DescribeTransactionsRequest`](super::DescribeTransactionsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 65, versions = "0", flexible = "0+")]
pub struct DescribeTransactionsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The transactions.
    #[field(versions = "0+")]
    pub transaction_states: Vec<TransactionState<'a>>,
}

/// One entry of [`DescribeTransactionsResponse::transaction_states`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TransactionState<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The transactional id; null outside transactions.
    #[field(versions = "0+")]
    pub transactional_id: &'a str,
    /// The transaction's state, as Kafka names them.
    #[field(versions = "0+")]
    pub transaction_state: &'a str,
    /// After how long the coordinator aborts an idle transaction, in milliseconds.
    #[field(versions = "0+")]
    pub transaction_timeout_ms: i32,
    /// When the transaction began, in milliseconds since 1970; -1 if none is open.
    #[field(versions = "0+")]
    pub transaction_start_time_ms: i64,
    /// The producer id.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// The producer's epoch.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData<'a>>,
}

/// One entry of [`TransactionState::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicData<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
