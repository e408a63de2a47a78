//! JoinGroup (API key 11), response: the generation the member is in; for the leader, everyone's
//! metadata.
//!
//! Versions 0 to 9, flexible from 6.
//!
//! - v1: the layout of the version before.
//! - v2: adds `throttle_time_ms`.
//! - v3 to v4: the layout of the version before.
//! - v5: adds `members.group_instance_id`.
//! - v6: flexible.
//! - v7: adds `protocol_type`, lets `protocol_name` be null.
//! - v8: the layout of the version before.
//! - v9: adds `skip_assignment`.

use thalweg_wire_derive::{Message, Part};

/// Answers [`JoinGroupRequest`](super::JoinGroupRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 11, versions = "0-9", flexible = "6+")]
pub struct JoinGroupResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "2+", ignorable)]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The group's generation.
    #[field(versions = "0+", default = -1)]
    pub generation_id: i32,
    /// The kind of protocol, `consumer` for consumers.
    #[field(versions = "7+", nullable = "7+", default = null, ignorable)]
    pub protocol_type: Option<&'a str>,
    /// The protocol picked.
    #[field(versions = "0+", nullable = "7+")]
    pub protocol_name: Option<&'a str>,
    /// The leader.
    #[field(versions = "0+")]
    pub leader: &'a str,
    /// Whether the leader shall leave the assignment as it is.
    #[field(versions = "9+")]
    pub skip_assignment: bool,
    /// The member's id.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// The members.
    #[field(versions = "0+")]
    pub members: Vec<JoinGroupResponseMember<'a>>,
}

/// One entry of [`JoinGroupResponse::members`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-9", flexible = "6+")]
pub struct JoinGroupResponseMember<'a> {
    /// The member's id.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// The name of a static member (KIP-345); null for a dynamic one.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub group_instance_id: Option<&'a str>,
    /// Data that only members look into.
    #[field(versions = "0+")]
    pub metadata: &'a [u8],
}
