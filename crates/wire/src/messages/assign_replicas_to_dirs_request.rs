//! `AssignReplicasToDirsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::AssignReplicasToDirsResponse};

/// Kafka's `AssignReplicasToDirsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 73, versions = "0", flexible = "0+", response(AssignReplicasToDirsResponse))]
pub struct AssignReplicasToDirsRequest {
    /// Kafka's `BrokerId`.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// Kafka's `BrokerEpoch`.
    #[field(versions = "0+", default = -1)]
    pub broker_epoch: i64,
    /// Kafka's `Directories`.
    #[field(versions = "0+")]
    pub directories: Vec<DirectoryData>,
}

/// Kafka's `DirectoryData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DirectoryData {
    /// Kafka's `Id`.
    #[field(versions = "0+")]
    pub id: Uuid,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData>,
}

/// Kafka's `TopicData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicData {
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
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
}
