//! DescribeProducers (API key 61), request: asks which producers are active on partitions.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeProducersResponse;

/// Asks which producers are active on partitions.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 61, versions = "0", flexible = "0+", response(DescribeProducersResponse<'r>))]
pub struct DescribeProducersRequest<'a> {
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicRequest<'a>>,
}

/// One entry of [`DescribeProducersRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicRequest<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partition_indexes: Vec<i32>,
}
