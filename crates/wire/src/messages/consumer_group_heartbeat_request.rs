//! ConsumerGroupHeartbeat (API key 68), request: a member of a KIP-848 consumer group joins, stays,
//! changes or leaves.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `subscribed_topic_regex`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::ConsumerGroupHeartbeatResponse};

/// A member of a KIP-848 consumer group joins, stays, changes or leaves.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 68, versions = "0-1", flexible = "0+", response(ConsumerGroupHeartbeatResponse<'r>))]
pub struct ConsumerGroupHeartbeatRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The member's id.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// The member's epoch.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// The name of a static member; null for a dynamic one.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub instance_id: Option<&'a str>,
    /// The rack.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack_id: Option<&'a str>,
    /// How long members may take to rejoin or to give up partitions, in milliseconds.
    #[field(versions = "0+", default = -1)]
    pub rebalance_timeout_ms: i32,
    /// The topics subscribed to.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub subscribed_topic_names: Option<Vec<&'a str>>,
    /// A regular expression for the topics subscribed to.
    #[field(versions = "1+", nullable = "1+", default = null)]
    pub subscribed_topic_regex: Option<&'a str>,
    /// The assignor to use; null for the group's default.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub server_assignor: Option<&'a str>,
    /// Partitions, by topic.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub topic_partitions: Option<Vec<TopicPartitions>>,
}

/// One entry of [`ConsumerGroupHeartbeatRequest::topic_partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopicPartitions {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
