//! DeleteShareGroupState (API key 86), request: deletes the stored delivery state of share partitions.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::DeleteShareGroupStateResponse};

/// Deletes the stored delivery state of share partitions.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 86, versions = "0", flexible = "0+", response(DeleteShareGroupStateResponse<'r>))]
pub struct DeleteShareGroupStateRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<DeleteStateData>,
}

/// One entry of [`DeleteShareGroupStateRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DeleteStateData {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// One entry of [`DeleteStateData::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct PartitionData {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
}
