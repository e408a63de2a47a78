//! ProducerIdsRecord (record type 15): a block of producer ids went to a broker.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A block of producer ids went to a broker.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 15, versions = "0", flexible = "0+")]
pub struct ProducerIdsRecord {
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// The broker's epoch: the log's end when its registration was handled.
    #[field(versions = "0+", default = -1)]
    pub broker_epoch: i64,
    /// The first producer id that is free.
    #[field(versions = "0+")]
    pub next_producer_id: i64,
}
