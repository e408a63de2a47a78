//! AssignReplicasToDirs (API key 73), request: a broker tells the controller in which log directory its
//! replicas lie.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::AssignReplicasToDirsResponse};

/// A broker tells the controller in which log directory its replicas lie.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 73, versions = "0", flexible = "0+", response(AssignReplicasToDirsResponse))]
pub struct AssignReplicasToDirsRequest {
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// The broker's epoch: the log's end when its registration was handled.
    #[field(versions = "0+", default = -1)]
    pub broker_epoch: i64,
    /// The log directory of each replica, in their order.
    #[field(versions = "0+")]
    pub directories: Vec<DirectoryData>,
}

/// One entry of [`AssignReplicasToDirsRequest::directories`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DirectoryData {
    /// The id.
    #[field(versions = "0+")]
    pub id: Uuid,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData>,
}

/// One entry of [`DirectoryData::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicData {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// One entry of [`TopicData::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct PartitionData {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
}
