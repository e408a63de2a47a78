//! `BeginQuorumEpochRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::BeginQuorumEpochResponse};

/// Kafka's `BeginQuorumEpochRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 53, versions = "0-1", flexible = "1+", response(BeginQuorumEpochResponse<'r>))]
pub struct BeginQuorumEpochRequest<'a> {
    /// Kafka's `ClusterId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub cluster_id: Option<&'a str>,
    /// Kafka's `VoterId`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub voter_id: i32,
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
    /// Kafka's `VoterDirectoryId`.
    #[field(versions = "1+", ignorable)]
    pub voter_directory_id: Uuid,
    /// Kafka's `LeaderId`.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
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
