//! LeaveGroup (API key 13), request: members leave a classic group.
//!
//! Versions 0 to 5, flexible from 4.
//!
//! - v1 to v2: the layout of the version before.
//! - v3: adds `members`, drops `member_id`.
//! - v4: flexible.
//! - v5: adds `members.reason`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::LeaveGroupResponse;

/// Members leave a classic group.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 13, versions = "0-5", flexible = "4+", response(LeaveGroupResponse<'r>))]
pub struct LeaveGroupRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The member's id.
    #[field(versions = "0-2")]
    pub member_id: &'a str,
    /// The members.
    #[field(versions = "3+")]
    pub members: Vec<MemberIdentity<'a>>,
}

/// One entry of [`LeaveGroupRequest::members`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "4+")]
pub struct MemberIdentity<'a> {
    /// The member's id.
    #[field(versions = "3+")]
    pub member_id: &'a str,
    /// The name of a static member (KIP-345); null for a dynamic one.
    #[field(versions = "3+", nullable = "3+", default = null)]
    pub group_instance_id: Option<&'a str>,
    /// Why, for people.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub reason: Option<&'a str>,
}
