//! ReadShareGroupState (API key 84), request: asks for the stored delivery state of share partitions.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::ReadShareGroupStateResponse};

/// Asks for the stored delivery state of share partitions.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 84, versions = "0", flexible = "0+", response(ReadShareGroupStateResponse<'r>))]
pub struct ReadShareGroupStateRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<ReadStateData>,
}

/// One entry of [`ReadShareGroupStateRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ReadStateData {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// One entry of [`ReadStateData::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct PartitionData {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
}
