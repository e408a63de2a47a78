//! GroupMetadataValue (record type 2): a classic group: generation, protocol, members and their
//! assignments.
//!
//! Versions 0 to 4, flexible from 4.
//!
//! - v1: adds `members.rebalance_timeout`.
//! - v2: adds `current_state_timestamp`.
//! - v3: adds `members.group_instance_id`.
//! - v4: flexible.

use thalweg_wire_derive::{Message, Part};

/// A classic group: generation, protocol, members and their assignments.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 2, versions = "0-4", flexible = "4+")]
pub struct GroupMetadataValue<'a> {
    /// The kind of protocol, `consumer` for consumers.
    #[field(name = "protocolType", versions = "0+")]
    pub protocol_type: &'a str,
    /// The group's generation.
    #[field(name = "generation", versions = "0+")]
    pub generation: i32,
    /// The protocol picked; null if none.
    #[field(name = "protocol", versions = "0+", nullable = "0+")]
    pub protocol: Option<&'a str>,
    /// The leader.
    #[field(name = "leader", versions = "0+", nullable = "0+")]
    pub leader: Option<&'a str>,
    /// Since when the group is in its state, in milliseconds since 1970.
    #[field(name = "currentStateTimestamp", versions = "2+", default = -1, ignorable)]
    pub current_state_timestamp: i64,
    /// The members.
    #[field(name = "members", versions = "0+")]
    pub members: Vec<MemberMetadata<'a>>,
}

/// One entry of [`GroupMetadataValue::members`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-4", flexible = "4+")]
pub struct MemberMetadata<'a> {
    /// The member's id.
    #[field(name = "memberId", versions = "0+")]
    pub member_id: &'a str,
    /// The name of a static member (KIP-345); null for a dynamic one.
    #[field(name = "groupInstanceId", versions = "3+", nullable = "3+", default = null, ignorable)]
    pub group_instance_id: Option<&'a str>,
    /// The client's name for itself.
    #[field(name = "clientId", versions = "0+")]
    pub client_id: &'a str,
    /// The address the client came from.
    #[field(name = "clientHost", versions = "0+")]
    pub client_host: &'a str,
    /// How long members may take to rejoin, in milliseconds.
    #[field(name = "rebalanceTimeout", versions = "1+", default = -1, ignorable)]
    pub rebalance_timeout: i32,
    /// After how long of silence the member is out, in milliseconds.
    #[field(name = "sessionTimeout", versions = "0+")]
    pub session_timeout: i32,
    /// What the member told of its subscription.
    #[field(name = "subscription", versions = "0+")]
    pub subscription: &'a [u8],
    /// The assignment.
    #[field(name = "assignment", versions = "0+")]
    pub assignment: &'a [u8],
}
