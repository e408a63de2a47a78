//! DeleteGroups (API key 42), response: per group, whether it is gone.
//!
//! Versions 0 to 3, flexible from 2.
//!
//! - v1: the layout of the version before.
//! - v2: flexible.
//! - v3: adds `results.error_message`.

use thalweg_wire_derive::{Message, Part};

/// Answers [`DeleteGroupsRequest`](super::DeleteGroupsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 42, versions = "0-3", flexible = "2+")]
pub struct DeleteGroupsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// One result per entry of the request.
    #[field(versions = "0+")]
    pub results: Vec<DeletableGroupResult<'a>>,
}

/// One entry of [`DeleteGroupsResponse::results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-3", flexible = "2+")]
pub struct DeletableGroupResult<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "3+", nullable = "3+", default = null, ignorable)]
    pub error_message: Option<&'a str>,
}
