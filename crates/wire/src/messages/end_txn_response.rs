//! `EndTxnResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `EndTxnResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 26, versions = "0-5", flexible = "3+")]
pub struct EndTxnResponse {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ProducerId`.
    #[field(versions = "5+", default = -1, ignorable)]
    pub producer_id: i64,
    /// Kafka's `ProducerEpoch`.
    #[field(versions = "5+", default = -1, ignorable)]
    pub producer_epoch: i16,
}
