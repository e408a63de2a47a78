//! InitializeShareGroupState (API key 83), request: sets where share partitions begin.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::InitializeShareGroupStateResponse};

/// Sets where share partitions begin.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 83, versions = "0", flexible = "0+", response(InitializeShareGroupStateResponse<'r>))]
pub struct InitializeShareGroupStateRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<InitializeStateData>,
}

/// One entry of [`InitializeShareGroupStateRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct InitializeStateData {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// One entry of [`InitializeStateData::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct PartitionData {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
    /// The epoch of the share partition's state.
    #[field(versions = "0+")]
    pub state_epoch: i32,
    /// The first offset.
    #[field(versions = "0+")]
    pub start_offset: i64,
}
