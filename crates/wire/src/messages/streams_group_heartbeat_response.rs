//! StreamsGroupHeartbeat (API key 88), response: the member's epoch, and its tasks if they changed.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `acceptable_recovery_lag`, `topology_description_required`, drops
//!   `acceptable_recovery_lag_legacy`.

use thalweg_wire_derive::{Message, Part};

/// Answers [`StreamsGroupHeartbeatRequest`](super::StreamsGroupHeartbeatRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 88, versions = "0-1", flexible = "0+")]
pub struct StreamsGroupHeartbeatResponse<'a> {
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
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// The member's epoch.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// How long until the next heartbeat, in milliseconds.
    #[field(versions = "0+")]
    pub heartbeat_interval_ms: i32,
    /// How far a task may be behind and still count as caught up; replaced by the wider field.
    #[field(versions = "0")]
    pub acceptable_recovery_lag_legacy: i32,
    /// How long between reports of task offsets, in milliseconds.
    #[field(versions = "0+")]
    pub task_offset_interval_ms: i32,
    /// How far a task may be behind and still count as caught up, in records; -1 if not configured.
    #[field(versions = "1+", default = -1, ignorable)]
    pub acceptable_recovery_lag: i64,
    /// Conditions the member should know of.
    #[field(versions = "0+", nullable = "0+")]
    pub status: Option<Vec<Status<'a>>>,
    /// The active tasks.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub active_tasks: Option<Vec<TaskIds<'a>>>,
    /// The standby tasks.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub standby_tasks: Option<Vec<TaskIds<'a>>>,
    /// The warm-up tasks.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub warmup_tasks: Option<Vec<TaskIds<'a>>>,
    /// Whether the description of the topology should be sent.
    #[field(versions = "1+")]
    pub topology_description_required: bool,
    /// The epoch of what is known of endpoints.
    #[field(versions = "0+")]
    pub endpoint_information_epoch: i32,
    /// Who has which partitions, for queries between instances; null for no change.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub partitions_by_user_endpoint: Option<Vec<EndpointToPartitions<'a>>>,
}

/// One entry of [`StreamsGroupHeartbeatResponse::status`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Status<'a> {
    /// The condition, as Kafka numbers them.
    #[field(versions = "0+")]
    pub status_code: i8,
    /// The condition, for people.
    #[field(versions = "0+")]
    pub status_detail: &'a str,
}

/// One entry of `StreamsGroupHeartbeatResponse.active_tasks`,
/// `StreamsGroupHeartbeatResponse.standby_tasks`, `StreamsGroupHeartbeatResponse.warmup_tasks`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TaskIds<'a> {
    /// The subtopology.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}

/// One entry of [`StreamsGroupHeartbeatResponse::partitions_by_user_endpoint`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct EndpointToPartitions<'a> {
    /// Where the application itself can be reached.
    #[field(versions = "0+")]
    pub user_endpoint: Endpoint<'a>,
    /// Partitions of active tasks.
    #[field(versions = "0+")]
    pub active_partitions: Vec<TopicPartition<'a>>,
    /// Partitions of standby tasks.
    #[field(versions = "0+")]
    pub standby_partitions: Vec<TopicPartition<'a>>,
}

/// The value of [`EndpointToPartitions::user_endpoint`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Endpoint<'a> {
    /// The host name or address.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "0+")]
    pub port: u16,
}

/// One entry of `EndpointToPartitions.active_partitions`, `EndpointToPartitions.standby_partitions`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopicPartition<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
