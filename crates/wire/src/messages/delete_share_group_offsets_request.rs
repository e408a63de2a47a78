//! DeleteShareGroupOffsets (API key 92), request: deletes the offsets of an empty share group.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DeleteShareGroupOffsetsResponse;

/// Deletes the offsets of an empty share group.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 92, versions = "0", flexible = "0+", response(DeleteShareGroupOffsetsResponse<'r>))]
pub struct DeleteShareGroupOffsetsRequest<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<DeleteShareGroupOffsetsRequestTopic<'a>>,
}

/// One entry of [`DeleteShareGroupOffsetsRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DeleteShareGroupOffsetsRequestTopic<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
}
