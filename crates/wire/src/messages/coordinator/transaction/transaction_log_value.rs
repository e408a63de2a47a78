//! TransactionLogValue (record type 0): a transaction: its producer, state and partitions.
//!
//! Versions 0 to 1, flexible from 1.
//!
//! - v1: flexible, adds `previous_producer_id`, `next_producer_id`, `next_producer_epoch`,
//!   `client_transaction_version`.

use thalweg_wire_derive::{Message, Part};

/// A transaction: its producer, state and partitions.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 0, versions = "0-1", flexible = "1+")]
pub struct TransactionLogValue<'a> {
    /// The producer id.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// The producer id before, -1 for none.
    #[field(versions = "1+", tag = 0, default = -1)]
    pub previous_producer_id: i64,
    /// The first producer id that is free.
    #[field(versions = "1+", tag = 1, default = -1)]
    pub next_producer_id: i64,
    /// The producer's epoch.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// The epoch that goes with the next producer id.
    #[field(versions = "1+", tag = 3, default = -1)]
    pub next_producer_epoch: i16,
    /// After how long the coordinator aborts an idle transaction, in milliseconds.
    #[field(versions = "0+")]
    pub transaction_timeout_ms: i32,
    /// The transaction's state, as Kafka numbers them.
    #[field(versions = "0+")]
    pub transaction_status: i8,
    /// The partitions in the transaction; null where it is over.
    #[field(versions = "0+", nullable = "0+")]
    pub transaction_partitions: Option<Vec<PartitionsSchema<'a>>>,
    /// When the transaction changed last, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub transaction_last_update_timestamp_ms: i64,
    /// When the transaction began, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub transaction_start_timestamp_ms: i64,
    /// The transaction.version the client works by.
    #[field(versions = "1+", tag = 2)]
    pub client_transaction_version: i16,
}

/// One entry of [`TransactionLogValue::transaction_partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct PartitionsSchema<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partition_ids: Vec<i32>,
}
