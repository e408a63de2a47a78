//! `InitializeShareGroupStateRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::InitializeShareGroupStateResponse};

/// Kafka's `InitializeShareGroupStateRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 83, versions = "0", flexible = "0+", response(InitializeShareGroupStateResponse<'r>))]
pub struct InitializeShareGroupStateRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<InitializeStateData>,
}

/// Kafka's `InitializeStateData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct InitializeStateData {
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
    /// Kafka's `StateEpoch`.
    #[field(versions = "0+")]
    pub state_epoch: i32,
    /// Kafka's `StartOffset`.
    #[field(versions = "0+")]
    pub start_offset: i64,
}
