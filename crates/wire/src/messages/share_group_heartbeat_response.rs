//! `ShareGroupHeartbeatResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `ShareGroupHeartbeatResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 76, versions = "1", flexible = "0+")]
pub struct ShareGroupHeartbeatResponse<'a> {
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
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub member_id: Option<&'a str>,
    /// Kafka's `MemberEpoch`.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// Kafka's `HeartbeatIntervalMs`.
    #[field(versions = "0+")]
    pub heartbeat_interval_ms: i32,
    /// Kafka's `Assignment`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub assignment: Option<Assignment>,
}

/// Kafka's `Assignment`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1", flexible = "0+")]
pub struct Assignment {
    /// Kafka's `TopicPartitions`.
    #[field(versions = "0+")]
    pub topic_partitions: Vec<TopicPartitions>,
}

/// Kafka's `TopicPartitions`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1", flexible = "0+")]
pub struct TopicPartitions {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
