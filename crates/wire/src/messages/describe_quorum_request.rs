//! DescribeQuorum (API key 55), request: asks how far the replicas of the metadata log are.
//!
//! Versions 0 to 2, flexible.
//!
//! - v1 to v2: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeQuorumResponse;

/// Asks how far the replicas of the metadata log are.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 55, versions = "0-2", flexible = "0+", response(DescribeQuorumResponse<'r>))]
pub struct DescribeQuorumRequest<'a> {
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData<'a>>,
}

/// One entry of [`DescribeQuorumRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct TopicData<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// One entry of [`TopicData::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct PartitionData {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
}
