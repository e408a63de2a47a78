//! `WriteShareGroupStateRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::WriteShareGroupStateResponse};

/// Kafka's `WriteShareGroupStateRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 85, versions = "0-1", flexible = "0+", response(WriteShareGroupStateResponse<'r>))]
pub struct WriteShareGroupStateRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<WriteStateData>,
}

/// Kafka's `WriteStateData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct WriteStateData {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// Kafka's `PartitionData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct PartitionData {
    /// Kafka's `Partition`.
    #[field(versions = "0+")]
    pub partition: i32,
    /// Kafka's `StateEpoch`.
    #[field(versions = "0+")]
    pub state_epoch: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// Kafka's `StartOffset`.
    #[field(versions = "0+")]
    pub start_offset: i64,
    /// Kafka's `DeliveryCompleteCount`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub delivery_complete_count: i32,
    /// Kafka's `StateBatches`.
    #[field(versions = "0+")]
    pub state_batches: Vec<StateBatch>,
}

/// Kafka's `StateBatch`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
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
