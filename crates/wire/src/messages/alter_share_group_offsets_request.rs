//! AlterShareGroupOffsets (API key 91), request: sets where an empty share group goes on.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AlterShareGroupOffsetsResponse;

/// Sets where an empty share group goes on.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 91, versions = "0", flexible = "0+", response(AlterShareGroupOffsetsResponse<'r>))]
pub struct AlterShareGroupOffsetsRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<AlterShareGroupOffsetsRequestTopic<'a>>,
}

/// One entry of [`AlterShareGroupOffsetsRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct AlterShareGroupOffsetsRequestTopic<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<AlterShareGroupOffsetsRequestPartition>,
}

/// One entry of [`AlterShareGroupOffsetsRequestTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct AlterShareGroupOffsetsRequestPartition {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The first offset.
    #[field(versions = "0+")]
    pub start_offset: i64,
}
