//! AlterUserScramCredentials (API key 51), response: per user, whether it was changed.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`AlterUserScramCredentialsRequest`](super::AlterUserScramCredentialsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 51, versions = "0", flexible = "0+")]
pub struct AlterUserScramCredentialsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// One result per entry of the request.
    #[field(versions = "0+")]
    pub results: Vec<AlterUserScramCredentialsResult<'a>>,
}

/// One entry of [`AlterUserScramCredentialsResponse::results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct AlterUserScramCredentialsResult<'a> {
    /// The user.
    #[field(versions = "0+")]
    pub user: &'a str,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
}
