//! LeaveGroup (API key 13), response: whether the members were let go.
//!
//! Versions 0 to 5, flexible from 4.
//!
//! - v1: adds `throttle_time_ms`.
//! - v2: the layout of the version before.
//! - v3: adds `members`.
//! - v4: flexible.
//! - v5: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

/// Answers [`LeaveGroupRequest`](super::LeaveGroupRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 13, versions = "0-5", flexible = "4+")]
pub struct LeaveGroupResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The members.
    #[field(versions = "3+")]
    pub members: Vec<MemberResponse<'a>>,
}

/// One entry of [`LeaveGroupResponse::members`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "4+")]
pub struct MemberResponse<'a> {
    /// The member's id.
    #[field(versions = "3+")]
    pub member_id: &'a str,
    /// The name of a static member (KIP-345); null for a dynamic one.
    #[field(versions = "3+", nullable = "3+")]
    pub group_instance_id: Option<&'a str>,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "3+")]
    pub error_code: i16,
}
