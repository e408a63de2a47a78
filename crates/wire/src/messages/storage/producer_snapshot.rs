//! `ProducerSnapshot`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `ProducerSnapshot`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "1")]
pub struct ProducerSnapshot {
    /// Kafka's `Crc`.
    #[field(versions = "1")]
    pub crc: u32,
    /// Kafka's `ProducerEntries`.
    #[field(versions = "1")]
    pub producer_entries: Vec<ProducerEntry>,
}

/// Kafka's `ProducerEntry`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1")]
pub struct ProducerEntry {
    /// Kafka's `ProducerId`.
    #[field(versions = "1")]
    pub producer_id: i64,
    /// Kafka's `Epoch`.
    #[field(versions = "1")]
    pub epoch: i16,
    /// Kafka's `LastSequence`.
    #[field(versions = "1")]
    pub last_sequence: i32,
    /// Kafka's `LastOffset`.
    #[field(versions = "1")]
    pub last_offset: i64,
    /// Kafka's `OffsetDelta`.
    #[field(versions = "1")]
    pub offset_delta: i32,
    /// Kafka's `Timestamp`.
    #[field(versions = "1")]
    pub timestamp: i64,
    /// Kafka's `CoordinatorEpoch`.
    #[field(versions = "1")]
    pub coordinator_epoch: i32,
    /// Kafka's `CurrentTxnFirstOffset`.
    #[field(versions = "1")]
    pub current_txn_first_offset: i64,
}
