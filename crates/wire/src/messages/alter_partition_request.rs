//! `AlterPartitionRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::AlterPartitionResponse};

/// Kafka's `AlterPartitionRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 56, versions = "2-3", flexible = "0+", response(AlterPartitionResponse))]
pub struct AlterPartitionRequest {
    /// Kafka's `BrokerId`.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// Kafka's `BrokerEpoch`.
    #[field(versions = "0+", default = -1)]
    pub broker_epoch: i64,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData>,
}

/// Kafka's `TopicData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-3", flexible = "0+")]
pub struct TopicData {
    /// Kafka's `TopicId`.
    #[field(versions = "2+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// Kafka's `PartitionData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-3", flexible = "0+")]
pub struct PartitionData {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// Kafka's `NewIsr`.
    #[field(versions = "0-2")]
    pub new_isr: Vec<i32>,
    /// Kafka's `NewIsrWithEpochs`.
    #[field(versions = "3+")]
    pub new_isr_with_epochs: Vec<BrokerState>,
    /// Kafka's `LeaderRecoveryState`.
    #[field(versions = "1+")]
    pub leader_recovery_state: i8,
    /// Kafka's `PartitionEpoch`.
    #[field(versions = "0+")]
    pub partition_epoch: i32,
}

/// Kafka's `BrokerState`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-3", flexible = "0+")]
pub struct BrokerState {
    /// Kafka's `BrokerId`.
    #[field(versions = "3+")]
    pub broker_id: i32,
    /// Kafka's `BrokerEpoch`.
    #[field(versions = "3+", default = -1)]
    pub broker_epoch: i64,
}
