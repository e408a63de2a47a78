//! OffsetDelete (API key 47), request: deletes committed offsets of a group.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::OffsetDeleteResponse;

/// Deletes committed offsets of a group.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 47, versions = "0", response(OffsetDeleteResponse<'r>))]
pub struct OffsetDeleteRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<OffsetDeleteRequestTopic<'a>>,
}

/// One entry of [`OffsetDeleteRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0")]
pub struct OffsetDeleteRequestTopic<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<OffsetDeleteRequestPartition>,
}

/// One entry of [`OffsetDeleteRequestTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0")]
pub struct OffsetDeleteRequestPartition {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
}
