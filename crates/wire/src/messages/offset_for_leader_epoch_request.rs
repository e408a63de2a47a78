//! OffsetForLeaderEpoch (API key 23), request: asks where a leader epoch ends, to find the point to
//! truncate to.
//!
//! Versions 2 to 4, flexible from 4.
//!
//! - v3: adds `replica_id`.
//! - v4: flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::OffsetForLeaderEpochResponse;

/// Asks where a leader epoch ends, to find the point to truncate to.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 23, versions = "2-4", flexible = "4+", response(OffsetForLeaderEpochResponse<'r>))]
pub struct OffsetForLeaderEpochRequest<'a> {
    /// The replica's node id, -1 for a client.
    #[field(versions = "3+", default = -2, ignorable)]
    pub replica_id: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<OffsetForLeaderTopic<'a>>,
}

/// One entry of [`OffsetForLeaderEpochRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-4", flexible = "4+")]
pub struct OffsetForLeaderTopic<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<OffsetForLeaderPartition>,
}

/// One entry of [`OffsetForLeaderTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-4", flexible = "4+")]
pub struct OffsetForLeaderPartition {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
    /// The leader epoch the sender knows, -1 if it does not care.
    #[field(versions = "2+", default = -1, ignorable)]
    pub current_leader_epoch: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
}
