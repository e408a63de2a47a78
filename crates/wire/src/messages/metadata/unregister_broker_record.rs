//! `UnregisterBrokerRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `UnregisterBrokerRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 1, versions = "0", flexible = "0+")]
pub struct UnregisterBrokerRecord {
    /// Kafka's `BrokerId`.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// Kafka's `BrokerEpoch`.
    #[field(versions = "0+")]
    pub broker_epoch: i64,
}
