//! `ListTransactionsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `ListTransactionsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 66, versions = "0-2", flexible = "0+")]
pub struct ListTransactionsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `UnknownStateFilters`.
    #[field(versions = "0+")]
    pub unknown_state_filters: Vec<&'a str>,
    /// Kafka's `TransactionStates`.
    #[field(versions = "0+")]
    pub transaction_states: Vec<TransactionState<'a>>,
}

/// Kafka's `TransactionState`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct TransactionState<'a> {
    /// Kafka's `TransactionalId`.
    #[field(versions = "0+")]
    pub transactional_id: &'a str,
    /// Kafka's `ProducerId`.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// Kafka's `TransactionState`.
    #[field(versions = "0+")]
    pub transaction_state: &'a str,
}
