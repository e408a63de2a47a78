//! WriteShareGroupState (API key 85), request: stores delivery state of share partitions.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `topics.partitions.delivery_complete_count`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::WriteShareGroupStateResponse};

/// Stores delivery state of share partitions.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 85, versions = "0-1", flexible = "0+", response(WriteShareGroupStateResponse<'r>))]
pub struct WriteShareGroupStateRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<WriteStateData>,
}

/// One entry of [`WriteShareGroupStateRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct WriteStateData {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// One entry of [`WriteStateData::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct PartitionData {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
    /// The epoch of the share partition's state.
    #[field(versions = "0+")]
    pub state_epoch: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// The first offset.
    #[field(versions = "0+")]
    pub start_offset: i64,
    /// Records past the start offset whose delivery is complete, -1 if unknown.
    #[field(versions = "1+", default = -1, ignorable)]
    pub delivery_complete_count: i32,
    /// Delivery state by range of offsets.
    #[field(versions = "0+")]
    pub state_batches: Vec<StateBatch>,
}

/// One entry of [`PartitionData::state_batches`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct StateBatch {
    /// The first offset.
    #[field(versions = "0+")]
    pub first_offset: i64,
    /// The last offset.
    #[field(versions = "0+")]
    pub last_offset: i64,
    /// The delivery state: 0 available, 2 acknowledged, 4 archived.
    #[field(versions = "0+")]
    pub delivery_state: i8,
    /// How often the records were delivered.
    #[field(versions = "0+")]
    pub delivery_count: i16,
}
