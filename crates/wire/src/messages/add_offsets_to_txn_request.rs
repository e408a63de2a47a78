//! `AddOffsetsToTxnRequest`.

use thalweg_wire_derive::Message;

use crate::messages::AddOffsetsToTxnResponse;

/// Kafka's `AddOffsetsToTxnRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 25, versions = "0-4", flexible = "3+", response(AddOffsetsToTxnResponse))]
pub struct AddOffsetsToTxnRequest<'a> {
    /// Kafka's `TransactionalId`.
    #[field(versions = "0+")]
    pub transactional_id: &'a str,
    /// Kafka's `ProducerId`.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// Kafka's `ProducerEpoch`.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
}
