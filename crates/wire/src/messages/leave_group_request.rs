//! `LeaveGroupRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::LeaveGroupResponse;

/// Kafka's `LeaveGroupRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 13, versions = "0-5", flexible = "4+", response(LeaveGroupResponse<'r>))]
pub struct LeaveGroupRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `MemberId`.
    #[field(versions = "0-2")]
    pub member_id: &'a str,
    /// Kafka's `Members`.
    #[field(versions = "3+")]
    pub members: Vec<MemberIdentity<'a>>,
}

/// Kafka's `MemberIdentity`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "4+")]
pub struct MemberIdentity<'a> {
    /// Kafka's `MemberId`.
    #[field(versions = "3+")]
    pub member_id: &'a str,
    /// Kafka's `GroupInstanceId`.
    #[field(versions = "3+", nullable = "3+", default = null)]
    pub group_instance_id: Option<&'a str>,
    /// Kafka's `Reason`.
    #[field(versions = "5+", nullable = "5+", default = null, ignorable)]
    pub reason: Option<&'a str>,
}
