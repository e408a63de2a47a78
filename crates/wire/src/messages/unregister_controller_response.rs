//! UnregisterController (API key 94), response: whether the registration is gone.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// Answers [`UnregisterControllerRequest`](super::UnregisterControllerRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 94, versions = "0", flexible = "0+")]
pub struct UnregisterControllerResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
}
