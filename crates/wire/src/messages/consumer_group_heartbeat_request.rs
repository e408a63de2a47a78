//! `ConsumerGroupHeartbeatRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::ConsumerGroupHeartbeatResponse};

/// Kafka's `ConsumerGroupHeartbeatRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 68, versions = "0-1", flexible = "0+", response(ConsumerGroupHeartbeatResponse<'r>))]
pub struct ConsumerGroupHeartbeatRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `MemberId`.
    #[field(versions = "0+")]
    pub member_id: &'a str,
    /// Kafka's `MemberEpoch`.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// Kafka's `InstanceId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub instance_id: Option<&'a str>,
    /// Kafka's `RackId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub rack_id: Option<&'a str>,
    /// Kafka's `RebalanceTimeoutMs`.
    #[field(versions = "0+", default = -1)]
    pub rebalance_timeout_ms: i32,
    /// Kafka's `SubscribedTopicNames`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub subscribed_topic_names: Option<Vec<&'a str>>,
    /// Kafka's `SubscribedTopicRegex`.
    #[field(versions = "1+", nullable = "1+", default = null)]
    pub subscribed_topic_regex: Option<&'a str>,
    /// Kafka's `ServerAssignor`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub server_assignor: Option<&'a str>,
    /// Kafka's `TopicPartitions`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub topic_partitions: Option<Vec<TopicPartitions>>,
}

/// Kafka's `TopicPartitions`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct TopicPartitions {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
