//! ReadShareGroupStateSummary (API key 87), request: asks how far share partitions are, without their
//! state batches.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::ReadShareGroupStateSummaryResponse};

/// Asks how far share partitions are, without their state batches.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 87, versions = "0-1", flexible = "0+", response(ReadShareGroupStateSummaryResponse<'r>))]
pub struct ReadShareGroupStateSummaryRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<ReadStateSummaryData>,
}

/// One entry of [`ReadShareGroupStateSummaryRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct ReadStateSummaryData {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// One entry of [`ReadStateSummaryData::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct PartitionData {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
    /// The leader epoch.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
}
