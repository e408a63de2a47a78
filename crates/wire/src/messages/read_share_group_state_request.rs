//! `ReadShareGroupStateRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::ReadShareGroupStateResponse};

/// Kafka's `ReadShareGroupStateRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 84, versions = "0", flexible = "0+", response(ReadShareGroupStateResponse<'r>))]
pub struct ReadShareGroupStateRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<ReadStateData>,
}

/// Kafka's `ReadStateData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ReadStateData {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// Kafka's `PartitionData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct PartitionData {
    /// Kafka's `Partition`.
    #[field(versions = "0+")]
    pub partition: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
}
