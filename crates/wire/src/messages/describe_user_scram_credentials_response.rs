//! DescribeUserScramCredentials (API key 50), response: per user, the mechanisms and iteration counts.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`DescribeUserScramCredentialsRequest`](super::DescribeUserScramCredentialsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 50, versions = "0", flexible = "0+")]
pub struct DescribeUserScramCredentialsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// One result per entry of the request.
    #[field(versions = "0+")]
    pub results: Vec<DescribeUserScramCredentialsResult<'a>>,
}

/// One entry of [`DescribeUserScramCredentialsResponse::results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DescribeUserScramCredentialsResult<'a> {
    /// The user.
    #[field(versions = "0+")]
    pub user: &'a str,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// The credentials.
    #[field(versions = "0+")]
    pub credential_infos: Vec<CredentialInfo>,
}

/// One entry of [`DescribeUserScramCredentialsResult::credential_infos`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct CredentialInfo {
    /// The mechanism.
    #[field(versions = "0+")]
    pub mechanism: i8,
    /// The iteration count.
    #[field(versions = "0+")]
    pub iterations: i32,
}
