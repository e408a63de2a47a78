//! AddRaftVoter (API key 80), response: whether it is a voter now.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: the layout of the version before.

use thalweg_wire_derive::Message;

/// Answers [`AddRaftVoterRequest`](super::AddRaftVoterRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 80, versions = "0-1", flexible = "0+")]
pub struct AddRaftVoterResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", ignorable)]
    pub error_message: Option<&'a str>,
}
