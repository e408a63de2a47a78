//! `DescribeTransactionsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `DescribeTransactionsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 65, versions = "0", flexible = "0+")]
pub struct DescribeTransactionsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `TransactionStates`.
    #[field(versions = "0+")]
    pub transaction_states: Vec<TransactionState<'a>>,
}

/// Kafka's `TransactionState`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TransactionState<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `TransactionalId`.
    #[field(versions = "0+")]
    pub transactional_id: &'a str,
    /// Kafka's `TransactionState`.
    #[field(versions = "0+")]
    pub transaction_state: &'a str,
    /// Kafka's `TransactionTimeoutMs`.
    #[field(versions = "0+")]
    pub transaction_timeout_ms: i32,
    /// Kafka's `TransactionStartTimeMs`.
    #[field(versions = "0+")]
    pub transaction_start_time_ms: i64,
    /// Kafka's `ProducerId`.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// Kafka's `ProducerEpoch`.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData<'a>>,
}

/// Kafka's `TopicData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicData<'a> {
    /// Kafka's `Topic`.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
