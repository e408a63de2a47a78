//! DescribeShareGroupOffsets (API key 90), request: asks how far share groups have read.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeShareGroupOffsetsResponse;

/// Asks how far share groups have read.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 90, versions = "0-1", flexible = "0+", response(DescribeShareGroupOffsetsResponse<'r>))]
pub struct DescribeShareGroupOffsetsRequest<'a> {
    /// The groups.
    #[field(versions = "0+")]
    pub groups: Vec<DescribeShareGroupOffsetsRequestGroup<'a>>,
}

/// One entry of [`DescribeShareGroupOffsetsRequest::groups`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribeShareGroupOffsetsRequestGroup<'a> {
    /// The group.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// The topics.
    #[field(versions = "0+", nullable = "0+")]
    pub topics: Option<Vec<DescribeShareGroupOffsetsRequestTopic<'a>>>,
}

/// One entry of [`DescribeShareGroupOffsetsRequestGroup::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribeShareGroupOffsetsRequestTopic<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
