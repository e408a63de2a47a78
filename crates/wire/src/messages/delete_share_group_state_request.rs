//! `DeleteShareGroupStateRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::DeleteShareGroupStateResponse};

/// Kafka's `DeleteShareGroupStateRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 86, versions = "0", flexible = "0+", response(DeleteShareGroupStateResponse<'r>))]
pub struct DeleteShareGroupStateRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<DeleteStateData>,
}

/// Kafka's `DeleteStateData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DeleteStateData {
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
}
