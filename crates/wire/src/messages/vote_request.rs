//! Vote (API key 52), request: a KRaft voter asks for votes for itself.
//!
//! Versions 0 to 2, flexible.
//!
//! - v1: adds `voter_id`, `topics.partitions.replica_directory_id`,
//!   `topics.partitions.voter_directory_id`.
//! - v2: adds `topics.partitions.pre_vote`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::VoteResponse};

/// A KRaft voter asks for votes for itself.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 52, versions = "0-2", flexible = "0+", response(VoteResponse<'r>))]
pub struct VoteRequest<'a> {
    /// The cluster's id.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub cluster_id: Option<&'a str>,
    /// The voter's node id.
    #[field(versions = "1+", default = -1, ignorable)]
    pub voter_id: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData<'a>>,
}

/// One entry of [`VoteRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
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
#[part(versions = "0-2", flexible = "0+")]
pub struct PartitionData {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The replica's broker epoch.
    #[field(versions = "0+")]
    pub replica_epoch: i32,
    /// The replica's node id, -1 for a client.
    #[field(versions = "0+")]
    pub replica_id: i32,
    /// The id of the replica's log directory.
    #[field(versions = "1+", ignorable)]
    pub replica_directory_id: Uuid,
    /// The id of the voter's metadata directory.
    #[field(versions = "1+", ignorable)]
    pub voter_directory_id: Uuid,
    /// The epoch of the candidate's last record.
    #[field(versions = "0+")]
    pub last_offset_epoch: i32,
    /// The last offset.
    #[field(versions = "0+")]
    pub last_offset: i64,
    /// Whether it only asks who would vote for it (KIP-996).
    #[field(versions = "2+")]
    pub pre_vote: bool,
}
