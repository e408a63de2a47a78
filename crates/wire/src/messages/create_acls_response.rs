//! CreateAcls (API key 30), response: per rule, whether it was made.
//!
//! Versions 1 to 3, flexible from 2.
//!
//! - v2: flexible.
//! - v3: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

/// Answers [`CreateAclsRequest`](super::CreateAclsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 30, versions = "1-3", flexible = "2+")]
pub struct CreateAclsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// One result per entry of the request.
    #[field(versions = "0+")]
    pub results: Vec<AclCreationResult<'a>>,
}

/// One entry of [`CreateAclsResponse::results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct AclCreationResult<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
}
