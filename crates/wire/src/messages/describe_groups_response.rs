//! DescribeGroups (API key 15), response: state and members of each group.
//!
//! Versions 0 to 6, flexible from 5.
//!
//! - v1: adds `throttle_time_ms`.
//! - v2: the layout of the version before.
//! - v3: adds `groups.authorized_operations`.
//! - v4: adds `groups.members.group_instance_id`.
//! - v5: flexible.
//! - v6: adds `groups.error_message`.

use thalweg_wire_derive::{Message, Part};

/// Answers [`DescribeGroupsRequest`](super::DescribeGroupsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 15, versions = "0-6", flexible = "5+")]
pub struct DescribeGroupsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// The groups.
    #[field(versions = "0+")]
    pub groups: Vec<DescribedGroup<'a>>,
}

/// One entry of [`DescribeGroupsResponse::groups`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "5+")]
pub struct DescribedGroup<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "6+", nullable = "6+", default = null)]
    pub error_message: Option<&'a str>,
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The group's state, as Kafka names them.
    #[field(versions = "0+")]
    pub group_state: &'a str,
    /// The kind of protocol, `consumer` for consumers.
    #[field(versions = "0+")]
    pub protocol_type: &'a str,
    /// The protocol picked.
    #[field(versions = "0+")]
    pub protocol_data: &'a str,
    /// The members.
    #[field(versions = "0+")]
    pub members: Vec<DescribedGroupMember<'a>>,
    /// What the caller may do, one bit per operation; the lowest number if not asked for.
    #[field(versions = "3+", default = -2147483648)]
    pub authorized_operations: i32,
}

/// One entry of [`DescribedGroup::members`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "5+")]
pub struct DescribedGroupMember<'a> {
    /// The member's id.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// The name of a static member (KIP-345); null for a dynamic one.
    #[field(versions = "4+", nullable = "4+", default = null, ignorable)]
    pub group_instance_id: Option<&'a str>,
    /// The client's name for itself.
    #[field(versions = "0+")]
    pub client_id: &'a str,
    /// The address the client came from.
    #[field(versions = "0+")]
    pub client_host: &'a str,
    /// What the member told of itself.
    #[field(versions = "0+")]
    pub member_metadata: &'a [u8],
    /// What the member was assigned.
    #[field(versions = "0+")]
    pub member_assignment: &'a [u8],
}
