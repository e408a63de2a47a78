//! `TransactionLogValue`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `TransactionLogValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 0, versions = "0-1", flexible = "1+")]
pub struct TransactionLogValue<'a> {
    /// Kafka's `ProducerId`.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// Kafka's `PreviousProducerId`.
    #[field(versions = "1+", tag = 0, default = -1)]
    pub previous_producer_id: i64,
    /// Kafka's `NextProducerId`.
    #[field(versions = "1+", tag = 1, default = -1)]
    pub next_producer_id: i64,
    /// Kafka's `ProducerEpoch`.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// Kafka's `NextProducerEpoch`.
    #[field(versions = "1+", tag = 3, default = -1)]
    pub next_producer_epoch: i16,
    /// Kafka's `TransactionTimeoutMs`.
    #[field(versions = "0+")]
    pub transaction_timeout_ms: i32,
    /// Kafka's `TransactionStatus`.
    #[field(versions = "0+")]
    pub transaction_status: i8,
    /// Kafka's `TransactionPartitions`.
    #[field(versions = "0+", nullable = "0+")]
    pub transaction_partitions: Option<Vec<PartitionsSchema<'a>>>,
    /// Kafka's `TransactionLastUpdateTimestampMs`.
    #[field(versions = "0+")]
    pub transaction_last_update_timestamp_ms: i64,
    /// Kafka's `TransactionStartTimestampMs`.
    #[field(versions = "0+")]
    pub transaction_start_timestamp_ms: i64,
    /// Kafka's `ClientTransactionVersion`.
    #[field(versions = "1+", tag = 2)]
    pub client_transaction_version: i16,
}

/// Kafka's `PartitionsSchema`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct PartitionsSchema<'a> {
    /// Kafka's `Topic`.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// Kafka's `PartitionIds`.
    #[field(versions = "0+")]
    pub partition_ids: Vec<i32>,
}
