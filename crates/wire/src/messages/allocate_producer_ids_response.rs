//! AllocateProducerIds (API key 67), response: the block.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// Answers [`AllocateProducerIdsRequest`](super::AllocateProducerIdsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 67, versions = "0", flexible = "0+")]
pub struct AllocateProducerIdsResponse {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The first producer id of the block.
    #[field(versions = "0+")]
    pub producer_id_start: i64,
    /// How many producer ids.
    #[field(versions = "0+")]
    pub producer_id_len: i32,
}
