//! `InitProducerIdRequest`.

use thalweg_wire_derive::Message;

use crate::messages::InitProducerIdResponse;

/// Kafka's `InitProducerIdRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(
    request,
    key = 22,
    versions = "0-6",
    flexible = "2+",
    latest_unstable,
    response(InitProducerIdResponse)
)]
pub struct InitProducerIdRequest<'a> {
    /// Kafka's `TransactionalId`.
    #[field(versions = "0+", nullable = "0+")]
    pub transactional_id: Option<&'a str>,
    /// Kafka's `TransactionTimeoutMs`.
    #[field(versions = "0+")]
    pub transaction_timeout_ms: i32,
    /// Kafka's `ProducerId`.
    #[field(versions = "3+", default = -1)]
    pub producer_id: i64,
    /// Kafka's `ProducerEpoch`.
    #[field(versions = "3+", default = -1)]
    pub producer_epoch: i16,
    /// Kafka's `Enable2Pc`.
    #[field(versions = "6+")]
    pub enable2_pc: bool,
    /// Kafka's `KeepPreparedTxn`.
    #[field(versions = "6+")]
    pub keep_prepared_txn: bool,
}
