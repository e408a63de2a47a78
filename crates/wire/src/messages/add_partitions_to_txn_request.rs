//! `AddPartitionsToTxnRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AddPartitionsToTxnResponse;

/// Kafka's `AddPartitionsToTxnRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 24, versions = "0-5", flexible = "3+", response(AddPartitionsToTxnResponse<'r>))]
pub struct AddPartitionsToTxnRequest<'a> {
    /// Kafka's `Transactions`.
    #[field(versions = "4+")]
    pub transactions: Vec<AddPartitionsToTxnTransaction<'a>>,
    /// Kafka's `V3AndBelowTransactionalId`.
    #[field(versions = "0-3")]
    pub v3_and_below_transactional_id: &'a str,
    /// Kafka's `V3AndBelowProducerId`.
    #[field(versions = "0-3")]
    pub v3_and_below_producer_id: i64,
    /// Kafka's `V3AndBelowProducerEpoch`.
    #[field(versions = "0-3")]
    pub v3_and_below_producer_epoch: i16,
    /// Kafka's `V3AndBelowTopics`.
    #[field(versions = "0-3")]
    pub v3_and_below_topics: Vec<AddPartitionsToTxnTopic<'a>>,
}

/// Kafka's `AddPartitionsToTxnTransaction`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct AddPartitionsToTxnTransaction<'a> {
    /// Kafka's `TransactionalId`.
    #[field(versions = "4+")]
    pub transactional_id: &'a str,
    /// Kafka's `ProducerId`.
    #[field(versions = "4+")]
    pub producer_id: i64,
    /// Kafka's `ProducerEpoch`.
    #[field(versions = "4+")]
    pub producer_epoch: i16,
    /// Kafka's `VerifyOnly`.
    #[field(versions = "4+")]
    pub verify_only: bool,
    /// Kafka's `Topics`.
    #[field(versions = "4+")]
    pub topics: Vec<AddPartitionsToTxnTopic<'a>>,
}

/// Kafka's `AddPartitionsToTxnTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct AddPartitionsToTxnTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
