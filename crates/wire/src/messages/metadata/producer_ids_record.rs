//! `ProducerIdsRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `ProducerIdsRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 15, versions = "0", flexible = "0+")]
pub struct ProducerIdsRecord {
    /// Kafka's `BrokerId`.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// Kafka's `BrokerEpoch`.
    #[field(versions = "0+", default = -1)]
    pub broker_epoch: i64,
    /// Kafka's `NextProducerId`.
    #[field(versions = "0+")]
    pub next_producer_id: i64,
}
