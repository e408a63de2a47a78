//! `PartitionRecord`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Kafka's `PartitionRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 3, versions = "0-2", flexible = "0+")]
pub struct PartitionRecord {
    /// Kafka's `PartitionId`.
    #[field(versions = "0+", default = -1)]
    pub partition_id: i32,
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Replicas`.
    #[field(versions = "0+")]
    pub replicas: Vec<i32>,
    /// Kafka's `Isr`.
    #[field(versions = "0+")]
    pub isr: Vec<i32>,
    /// Kafka's `RemovingReplicas`.
    #[field(versions = "0+")]
    pub removing_replicas: Vec<i32>,
    /// Kafka's `AddingReplicas`.
    #[field(versions = "0+")]
    pub adding_replicas: Vec<i32>,
    /// Kafka's `Leader`.
    #[field(versions = "0+", default = -1)]
    pub leader: i32,
    /// Kafka's `LeaderRecoveryState`.
    #[field(versions = "0+", tag = 0)]
    pub leader_recovery_state: i8,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+", default = -1)]
    pub leader_epoch: i32,
    /// Kafka's `PartitionEpoch`.
    #[field(versions = "0+", default = -1)]
    pub partition_epoch: i32,
    /// Kafka's `Directories`.
    #[field(versions = "1+")]
    pub directories: Vec<Uuid>,
    /// Kafka's `EligibleLeaderReplicas`.
    #[field(versions = "2+", nullable = "2+", tag = 1, default = null)]
    pub eligible_leader_replicas: Option<Vec<i32>>,
    /// Kafka's `LastKnownElr`.
    #[field(versions = "2+", nullable = "2+", tag = 2, default = null)]
    pub last_known_elr: Option<Vec<i32>>,
}
