//! SyncGroup (API key 14), request: the leader of a classic group hands in the assignment, the others
//! ask for theirs.
//!
//! Versions 0 to 5, flexible from 4.
//!
//! - v1 to v2: the layout of the version before.
//! - v3: adds `group_instance_id`.
//! - v4: flexible.
//! - v5: adds `protocol_type`, `protocol_name`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::SyncGroupResponse;

/// The leader of a classic group hands in the assignment, the others ask for theirs.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 14, versions = "0-5", flexible = "4+", response(SyncGroupResponse<'r>))]
pub struct SyncGroupRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The group's generation.
    #[field(versions = "0+")]
    pub generation_id: i32,
    /// The member's id.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// The name of a static member (KIP-345); null for a dynamic one.
    #[field(versions = "3+", nullable = "3+", default = null)]
    pub group_instance_id: Option<&'a str>,
    /// The kind of protocol, `consumer` for consumers.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub protocol_type: Option<&'a str>,
    /// The protocol picked.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub protocol_name: Option<&'a str>,
    /// Every member's assignment; empty unless the leader sends it.
    #[field(versions = "0+")]
    pub assignments: Vec<SyncGroupRequestAssignment<'a>>,
}

/// One entry of [`SyncGroupRequest::assignments`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "4+")]
pub struct SyncGroupRequestAssignment<'a> {
    /// The member's id.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// The assignment.
    #[field(versions = "0+")]
    pub assignment: &'a [u8],
}
