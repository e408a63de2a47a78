//! ProducerSnapshot: a `.snapshot` file: the producers a partition knew at an offset.
//!
//! Version 1, never flexible.

use thalweg_wire_derive::{Message, Part};

/// A `.snapshot` file: the producers a partition knew at an offset.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "1")]
pub struct ProducerSnapshot {
    /// CRC-32C of everything behind it.
    #[field(versions = "1")]
    pub crc: u32,
    /// The producers.
    #[field(versions = "1")]
    pub producer_entries: Vec<ProducerEntry>,
}

/// One entry of [`ProducerSnapshot::producer_entries`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1")]
pub struct ProducerEntry {
    /// The producer id.
    #[field(versions = "1")]
    pub producer_id: i64,
    /// The epoch.
    #[field(versions = "1")]
    pub epoch: i16,
    /// The last sequence number.
    #[field(versions = "1")]
    pub last_sequence: i32,
    /// The last offset.
    #[field(versions = "1")]
    pub last_offset: i64,
    /// Last offset minus first offset of the last batch.
    #[field(versions = "1")]
    pub offset_delta: i32,
    /// A timestamp in milliseconds since 1970.
    #[field(versions = "1")]
    pub timestamp: i64,
    /// The coordinator's epoch.
    #[field(versions = "1")]
    pub coordinator_epoch: i32,
    /// Where the open transaction begins, -1 if none is open.
    #[field(versions = "1")]
    pub current_txn_first_offset: i64,
}
