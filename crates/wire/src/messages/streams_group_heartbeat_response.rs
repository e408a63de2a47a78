//! `StreamsGroupHeartbeatResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `StreamsGroupHeartbeatResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 88, versions = "0-1", flexible = "0+")]
pub struct StreamsGroupHeartbeatResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// Kafka's `MemberId`.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `MemberEpoch`.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// Kafka's `HeartbeatIntervalMs`.
    #[field(versions = "0+")]
    pub heartbeat_interval_ms: i32,
    /// Kafka's `AcceptableRecoveryLagLegacy`.
    #[field(versions = "0")]
    pub acceptable_recovery_lag_legacy: i32,
    /// Kafka's `TaskOffsetIntervalMs`.
    #[field(versions = "0+")]
    pub task_offset_interval_ms: i32,
    /// Kafka's `AcceptableRecoveryLag`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub acceptable_recovery_lag: i64,
    /// Kafka's `Status`.
    #[field(versions = "0+", nullable = "0+")]
    pub status: Option<Vec<Status<'a>>>,
    /// Kafka's `ActiveTasks`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub active_tasks: Option<Vec<TaskIds<'a>>>,
    /// Kafka's `StandbyTasks`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub standby_tasks: Option<Vec<TaskIds<'a>>>,
    /// Kafka's `WarmupTasks`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub warmup_tasks: Option<Vec<TaskIds<'a>>>,
    /// Kafka's `TopologyDescriptionRequired`.
    #[field(versions = "1+")]
    pub topology_description_required: bool,
    /// Kafka's `EndpointInformationEpoch`.
    #[field(versions = "0+")]
    pub endpoint_information_epoch: i32,
    /// Kafka's `PartitionsByUserEndpoint`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub partitions_by_user_endpoint: Option<Vec<EndpointToPartitions<'a>>>,
}

/// Kafka's `Status`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Status<'a> {
    /// Kafka's `StatusCode`.
    #[field(versions = "0+")]
    pub status_code: i8,
    /// Kafka's `StatusDetail`.
    #[field(versions = "0+")]
    pub status_detail: &'a str,
}

/// Kafka's `TaskIds`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TaskIds<'a> {
    /// Kafka's `SubtopologyId`.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}

/// Kafka's `EndpointToPartitions`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct EndpointToPartitions<'a> {
    /// Kafka's `UserEndpoint`.
    #[field(versions = "0+")]
    pub user_endpoint: Endpoint<'a>,
    /// Kafka's `ActivePartitions`.
    #[field(versions = "0+")]
    pub active_partitions: Vec<TopicPartition<'a>>,
    /// Kafka's `StandbyPartitions`.
    #[field(versions = "0+")]
    pub standby_partitions: Vec<TopicPartition<'a>>,
}

/// Kafka's `Endpoint`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct Endpoint<'a> {
    /// Kafka's `Host`.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "0+")]
    pub port: u16,
}

/// Kafka's `TopicPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopicPartition<'a> {
    /// Kafka's `Topic`.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
