//! JoinGroup (API key 11), request: a classic group member joins or rejoins its group.
//!
//! Versions 0 to 9, flexible from 6.
//!
//! - v1: adds `rebalance_timeout_ms`.
//! - v2 to v4: the layout of the version before.
//! - v5: adds `group_instance_id`.
//! - v6: flexible.
//! - v7: the layout of the version before.
//! - v8: adds `reason`.
//! - v9: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::messages::JoinGroupResponse;

/// A classic group member joins or rejoins its group.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 11, versions = "0-9", flexible = "6+", response(JoinGroupResponse<'r>))]
pub struct JoinGroupRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// After how long of silence the member is out, in milliseconds.
    #[field(versions = "0+")]
    pub session_timeout_ms: i32,
    /// How long members may take to rejoin or to give up partitions, in milliseconds.
    #[field(versions = "1+", default = -1, ignorable)]
    pub rebalance_timeout_ms: i32,
    /// The member's id.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// The name of a static member (KIP-345); null for a dynamic one.
    #[field(versions = "5+", nullable = "5+", default = null)]
    pub group_instance_id: Option<&'a str>,
    /// The kind of protocol, `consumer` for consumers.
    #[field(versions = "0+")]
    pub protocol_type: &'a str,
    /// The protocols the member knows, best first.
    #[field(versions = "0+")]
    pub protocols: Vec<JoinGroupRequestProtocol<'a>>,
    /// Why, for people.
    #[field(versions = "8+", nullable = "8+", default = null, ignorable)]
    pub reason: Option<&'a str>,
}

/// One entry of [`JoinGroupRequest::protocols`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-9", flexible = "6+")]
pub struct JoinGroupRequestProtocol<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Data that only members look into.
    #[field(versions = "0+")]
    pub metadata: &'a [u8],
}
