//! `EndTxnRequest`.

use thalweg_wire_derive::Message;

use crate::messages::EndTxnResponse;

/// Kafka's `EndTxnRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 26, versions = "0-5", flexible = "3+", response(EndTxnResponse))]
pub struct EndTxnRequest<'a> {
    /// Kafka's `TransactionalId`.
    #[field(versions = "0+")]
    pub transactional_id: &'a str,
    /// Kafka's `ProducerId`.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// Kafka's `ProducerEpoch`.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// Kafka's `Committed`.
    #[field(versions = "0+")]
    pub committed: bool,
}
