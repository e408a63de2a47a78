//! `InitProducerIdResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `InitProducerIdResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 22, versions = "0-6", flexible = "2+")]
pub struct InitProducerIdResponse {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ProducerId`.
    #[field(versions = "0+", default = -1)]
    pub producer_id: i64,
    /// Kafka's `ProducerEpoch`.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// Kafka's `OngoingTxnProducerId`.
    #[field(versions = "6+", default = -1)]
    pub ongoing_txn_producer_id: i64,
    /// Kafka's `OngoingTxnProducerEpoch`.
    #[field(versions = "6+", default = -1)]
    pub ongoing_txn_producer_epoch: i16,
}
