//! `VoteRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::VoteResponse};

/// Kafka's `VoteRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 52, versions = "0-2", flexible = "0+", response(VoteResponse<'r>))]
pub struct VoteRequest<'a> {
    /// Kafka's `ClusterId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub cluster_id: Option<&'a str>,
    /// Kafka's `VoterId`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub voter_id: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData<'a>>,
}

/// Kafka's `TopicData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct TopicData<'a> {
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// Kafka's `PartitionData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct PartitionData {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ReplicaEpoch`.
    #[field(versions = "0+")]
    pub replica_epoch: i32,
    /// Kafka's `ReplicaId`.
    #[field(versions = "0+")]
    pub replica_id: i32,
    /// Kafka's `ReplicaDirectoryId`.
    #[field(versions = "1+", ignorable)]
    pub replica_directory_id: Uuid,
    /// Kafka's `VoterDirectoryId`.
    #[field(versions = "1+", ignorable)]
    pub voter_directory_id: Uuid,
    /// Kafka's `LastOffsetEpoch`.
    #[field(versions = "0+")]
    pub last_offset_epoch: i32,
    /// Kafka's `LastOffset`.
    #[field(versions = "0+")]
    pub last_offset: i64,
    /// Kafka's `PreVote`.
    #[field(versions = "2+")]
    pub pre_vote: bool,
}
