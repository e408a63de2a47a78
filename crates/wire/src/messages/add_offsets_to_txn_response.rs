//! AddOffsetsToTxn (API key 25), response: whether the group is part of the transaction.
//!
//! Versions 0 to 4, flexible from 3.
//!
//! - v1 to v2: the layout of the version before.
//! - v3: flexible.
//! - v4: the layout of the version before.

use thalweg_wire_derive::Message;

/// Answers [`AddOffsetsToTxnRequest`](super::AddOffsetsToTxnRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 25, versions = "0-4", flexible = "3+")]
pub struct AddOffsetsToTxnResponse {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
}
