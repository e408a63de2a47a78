//! BeginQuorumEpoch (API key 53), request: a new KRaft leader announces itself.
//!
//! Versions 0 to 1, flexible from 1.
//!
//! - v1: flexible, adds `voter_id`, `topics.partitions.voter_directory_id`, `leader_endpoints`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::BeginQuorumEpochResponse};

/// A new KRaft leader announces itself.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 53, versions = "0-1", flexible = "1+", response(BeginQuorumEpochResponse<'r>))]
pub struct BeginQuorumEpochRequest<'a> {
    /// The cluster's id.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub cluster_id: Option<&'a str>,
    /// The voter's node id.
    #[field(versions = "1+", default = -1, ignorable)]
    pub voter_id: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData<'a>>,
    /// Where the leader can be reached.
    #[field(versions = "1+", ignorable)]
    pub leader_endpoints: Vec<LeaderEndpoint<'a>>,
}

/// One entry of [`BeginQuorumEpochRequest::topics`].
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
    /// The id of the voter's metadata directory.
    #[field(versions = "1+", ignorable)]
    pub voter_directory_id: Uuid,
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "0+")]
    pub leader_id: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
}

/// One entry of [`BeginQuorumEpochRequest::leader_endpoints`].
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
