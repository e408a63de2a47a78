//! Heartbeat (API key 12), request: a classic group member says it is alive.
//!
//! Versions 0 to 4, flexible from 4.
//!
//! - v1 to v2: the layout of the version before.
//! - v3: adds `group_instance_id`.
//! - v4: flexible.

use thalweg_wire_derive::Message;

use crate::messages::HeartbeatResponse;

/// A classic group member says it is alive.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 12, versions = "0-4", flexible = "4+", response(HeartbeatResponse))]
pub struct HeartbeatRequest<'a> {
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
}
