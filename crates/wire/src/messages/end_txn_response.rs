//! EndTxn (API key 26), response: whether the transaction ended, and the producer epoch that goes on.
//!
//! Versions 0 to 5, flexible from 3.
//!
//! - v1 to v2: the layout of the version before.
//! - v3: flexible.
//! - v4: the layout of the version before.
//! - v5: adds `producer_id`, `producer_epoch`.

use thalweg_wire_derive::Message;

/// Answers [`EndTxnRequest`](super::EndTxnRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 26, versions = "0-5", flexible = "3+")]
pub struct EndTxnResponse {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The producer id.
    #[field(versions = "5+", default = -1, ignorable)]
    pub producer_id: i64,
    /// The producer's epoch.
    #[field(versions = "5+", default = -1, ignorable)]
    pub producer_epoch: i16,
}
