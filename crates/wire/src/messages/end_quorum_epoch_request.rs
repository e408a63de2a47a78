//! EndQuorumEpoch (API key 54), request: a resigning KRaft leader names who should follow it.
//!
//! Versions 0 to 1, flexible from 1.
//!
//! - v1: flexible, adds `topics.partitions.preferred_candidates`, `leader_endpoints`, drops
//!   `topics.partitions.preferred_successors`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::EndQuorumEpochResponse};

/// A resigning KRaft leader names who should follow it.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 54, versions = "0-1", flexible = "1+", response(EndQuorumEpochResponse<'r>))]
pub struct EndQuorumEpochRequest<'a> {
    /// The cluster's id.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub cluster_id: Option<&'a str>,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData<'a>>,
    /// Where the leader can be reached.
    #[field(versions = "1+", ignorable)]
    pub leader_endpoints: Vec<LeaderEndpoint<'a>>,
}

/// One entry of [`EndQuorumEpochRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct TopicData<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// One entry of [`TopicData::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct PartitionData {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// Who should lead next, best first.
    #[field(versions = "0", ignorable)]
    pub preferred_successors: Vec<i32>,
    /// Who should lead next, best first.
    #[field(versions = "1+", ignorable)]
    pub preferred_candidates: Vec<ReplicaInfo>,
}

/// One entry of [`PartitionData::preferred_candidates`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct ReplicaInfo {
    /// The candidate's node id.
    #[field(versions = "1+")]
    pub candidate_id: i32,
    /// The id of the candidate's metadata directory.
    #[field(versions = "1+")]
    pub candidate_directory_id: Uuid,
}

/// One entry of [`EndQuorumEpochRequest::leader_endpoints`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
pub struct LeaderEndpoint<'a> {
    /// The name.
    #[field(versions = "1+")]
    pub name: &'a str,
    /// The host name or address.
    #[field(versions = "1+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "1+")]
    pub port: u16,
}
