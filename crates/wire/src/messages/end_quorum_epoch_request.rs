//! `EndQuorumEpochRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::EndQuorumEpochResponse};

/// Kafka's `EndQuorumEpochRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 54, versions = "0-1", flexible = "1+", response(EndQuorumEpochResponse<'r>))]
pub struct EndQuorumEpochRequest<'a> {
    /// Kafka's `ClusterId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub cluster_id: Option<&'a str>,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData<'a>>,
    /// Kafka's `LeaderEndpoints`.
    #[field(versions = "1+", ignorable)]
    pub leader_endpoints: Vec<LeaderEndpoint<'a>>,
}

/// Kafka's `TopicData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
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
#[part(versions = "0-1", flexible = "1+")]
pub struct PartitionData {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `LeaderId`.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// Kafka's `PreferredSuccessors`.
    #[field(versions = "0", ignorable)]
    pub preferred_successors: Vec<i32>,
    /// Kafka's `PreferredCandidates`.
    #[field(versions = "1+", ignorable)]
    pub preferred_candidates: Vec<ReplicaInfo>,
}

/// Kafka's `ReplicaInfo`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct ReplicaInfo {
    /// Kafka's `CandidateId`.
    #[field(versions = "1+")]
    pub candidate_id: i32,
    /// Kafka's `CandidateDirectoryId`.
    #[field(versions = "1+")]
    pub candidate_directory_id: Uuid,
}

/// Kafka's `LeaderEndpoint`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct LeaderEndpoint<'a> {
    /// Kafka's `Name`.
    #[field(versions = "1+")]
    pub name: &'a str,
    /// Kafka's `Host`.
    #[field(versions = "1+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "1+")]
    pub port: u16,
}
