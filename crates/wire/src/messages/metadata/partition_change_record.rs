//! `PartitionChangeRecord`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Kafka's `PartitionChangeRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 5, versions = "0-2", flexible = "0+")]
pub struct PartitionChangeRecord {
    /// Kafka's `PartitionId`.
    #[field(versions = "0+", default = -1)]
    pub partition_id: i32,
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Isr`.
    #[field(versions = "0+", nullable = "0+", tag = 0, default = null)]
    pub isr: Option<Vec<i32>>,
    /// Kafka's `Leader`.
    #[field(versions = "0+", tag = 1, default = -2)]
    pub leader: i32,
    /// Kafka's `Replicas`.
    #[field(versions = "0+", nullable = "0+", tag = 2, default = null)]
    pub replicas: Option<Vec<i32>>,
    /// Kafka's `RemovingReplicas`.
    #[field(versions = "0+", nullable = "0+", tag = 3, default = null)]
    pub removing_replicas: Option<Vec<i32>>,
    /// Kafka's `AddingReplicas`.
    #[field(versions = "0+", nullable = "0+", tag = 4, default = null)]
    pub adding_replicas: Option<Vec<i32>>,
    /// Kafka's `LeaderRecoveryState`.
    #[field(versions = "0+", tag = 5, default = -1)]
    pub leader_recovery_state: i8,
    /// Kafka's `Directories`.
    #[field(versions = "1+", nullable = "1+", tag = 8, default = null)]
    pub directories: Option<Vec<Uuid>>,
    /// Kafka's `EligibleLeaderReplicas`.
    #[field(versions = "2+", nullable = "2+", tag = 6, default = null)]
    pub eligible_leader_replicas: Option<Vec<i32>>,
    /// Kafka's `LastKnownElr`.
    #[field(versions = "2+", nullable = "2+", tag = 7, default = null)]
    pub last_known_elr: Option<Vec<i32>>,
}
