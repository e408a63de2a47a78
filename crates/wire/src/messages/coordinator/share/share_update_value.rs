//! `ShareUpdateValue`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `ShareUpdateValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 1, versions = "0", flexible = "0+")]
pub struct ShareUpdateValue {
    /// Kafka's `SnapshotEpoch`.
    #[field(versions = "0+")]
    pub snapshot_epoch: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// Kafka's `StartOffset`.
    #[field(versions = "0+")]
    pub start_offset: i64,
    /// Kafka's `DeliveryCompleteCount`.
    #[field(versions = "0+", tag = 0, default = -1)]
    pub delivery_complete_count: i32,
    /// Kafka's `StateBatches`.
    #[field(versions = "0+")]
    pub state_batches: Vec<StateBatch>,
}

/// Kafka's `StateBatch`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct StateBatch {
    /// Kafka's `FirstOffset`.
    #[field(versions = "0+")]
    pub first_offset: i64,
    /// Kafka's `LastOffset`.
    #[field(versions = "0+")]
    pub last_offset: i64,
    /// Kafka's `DeliveryState`.
    #[field(versions = "0+")]
    pub delivery_state: i8,
    /// Kafka's `DeliveryCount`.
    #[field(versions = "0+")]
    pub delivery_count: i16,
}
