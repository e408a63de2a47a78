//! ListGroups (API key 16), response: the groups of this coordinator.
//!
//! Versions 0 to 5, flexible from 3.
//!
//! - v1: adds `throttle_time_ms`.
//! - v2: the layout of the version before.
//! - v3: flexible.
//! - v4: adds `groups.group_state`.
//! - v5: adds `groups.group_type`.

use thalweg_wire_derive::{Message, Part};

/// Answers [`ListGroupsRequest`](super::ListGroupsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 16, versions = "0-5", flexible = "3+")]
pub struct ListGroupsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The groups.
    #[field(versions = "0+")]
    pub groups: Vec<ListedGroup<'a>>,
}

/// One entry of [`ListGroupsResponse::groups`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct ListedGroup<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The kind of protocol, `consumer` for consumers.
    #[field(versions = "0+")]
    pub protocol_type: &'a str,
    /// The group's state, as Kafka names them.
    #[field(versions = "4+", ignorable)]
    pub group_state: &'a str,
    /// The group's type.
    #[field(versions = "5+", ignorable)]
    pub group_type: &'a str,
}
