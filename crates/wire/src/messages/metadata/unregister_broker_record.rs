//! UnregisterBrokerRecord (record type 1): a broker's registration was removed.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A broker's registration was removed.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 1, versions = "0", flexible = "0+")]
pub struct UnregisterBrokerRecord {
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// The broker's epoch: the log's end when its registration was handled.
    #[field(versions = "0+")]
    pub broker_epoch: i64,
}
