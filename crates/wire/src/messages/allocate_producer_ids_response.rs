//! `AllocateProducerIdsResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `AllocateProducerIdsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 67, versions = "0", flexible = "0+")]
pub struct AllocateProducerIdsResponse {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ProducerIdStart`.
    #[field(versions = "0+")]
    pub producer_id_start: i64,
    /// Kafka's `ProducerIdLen`.
    #[field(versions = "0+")]
    pub producer_id_len: i32,
}
