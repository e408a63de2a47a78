//! InitProducerId (API key 22), response: producer id and epoch.
//!
//! Versions 0 to 6, flexible from 2.
//!
//! - v1: the layout of the version before.
//! - v2: flexible.
//! - v3 to v5: the layout of the version before.
//! - v6: adds `ongoing_txn_producer_id`, `ongoing_txn_producer_epoch`.

use thalweg_wire_derive::Message;

/// Answers [`InitProducerIdRequest`](super::InitProducerIdRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 22, versions = "0-6", flexible = "2+")]
pub struct InitProducerIdResponse {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+", ignorable)]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The producer id.
    #[field(versions = "0+", default = -1)]
    pub producer_id: i64,
    /// The producer's epoch.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// The producer id of the transaction kept, -1 for none.
    #[field(versions = "6+", default = -1)]
    pub ongoing_txn_producer_id: i64,
    /// The producer epoch of the transaction kept, -1 for none.
    #[field(versions = "6+", default = -1)]
    pub ongoing_txn_producer_epoch: i16,
}
