//! ShareGroupHeartbeat (API key 76), request: a member of a share group joins, stays or leaves.
//!
//! Version 1, flexible.

use thalweg_wire_derive::Message;

use crate::messages::ShareGroupHeartbeatResponse;

/// A member of a share group joins, stays or leaves.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 76, versions = "1", flexible = "0+", response(ShareGroupHeartbeatResponse<'r>))]
pub struct ShareGroupHeartbeatRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The member's id.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// The member's epoch.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// The rack.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack_id: Option<&'a str>,
    /// The topics subscribed to.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub subscribed_topic_names: Option<Vec<&'a str>>,
}
