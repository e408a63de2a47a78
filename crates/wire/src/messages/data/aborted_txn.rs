//! `AbortedTxn`.

use thalweg_wire_derive::Message;

/// Kafka's `AbortedTxn`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0")]
pub struct AbortedTxn {
    /// Kafka's `ProducerId`.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// Kafka's `FirstOffset`.
    #[field(versions = "0+")]
    pub first_offset: i64,
    /// Kafka's `LastOffset`.
    #[field(versions = "0+")]
    pub last_offset: i64,
    /// Kafka's `LastStableOffset`.
    #[field(versions = "0+")]
    pub last_stable_offset: i64,
}
