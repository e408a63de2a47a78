//! ShareGroupHeartbeat (API key 76), response: the member's epoch, and its assignment if that changed.
//!
//! Version 1, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`ShareGroupHeartbeatRequest`](super::ShareGroupHeartbeatRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 76, versions = "1", flexible = "0+")]
pub struct ShareGroupHeartbeatResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// The member's id.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub member_id: Option<&'a str>,
    /// The member's epoch.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// How long until the next heartbeat, in milliseconds.
    #[field(versions = "0+")]
    pub heartbeat_interval_ms: i32,
    /// The assignment.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub assignment: Option<Assignment>,
}

/// The value of [`ShareGroupHeartbeatResponse::assignment`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1", flexible = "0+")]
pub struct Assignment {
    /// Partitions, by topic.
    #[field(versions = "0+")]
    pub topic_partitions: Vec<TopicPartitions>,
}

/// One entry of [`Assignment::topic_partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1", flexible = "0+")]
pub struct TopicPartitions {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
