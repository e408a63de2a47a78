//! `EndTxnMarker`.

use thalweg_wire_derive::Message;

/// Kafka's `EndTxnMarker`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0")]
pub struct EndTxnMarker {
    /// Kafka's `CoordinatorEpoch`.
    #[field(versions = "0+")]
    pub coordinator_epoch: i32,
}
