//! DescribeTopicPartitions (API key 75), request: asks for partitions of topics, page by page.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeTopicPartitionsResponse;

/// Asks for partitions of topics, page by page.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 75, versions = "0", flexible = "0+", response(DescribeTopicPartitionsResponse<'r>))]
pub struct DescribeTopicPartitionsRequest<'a> {
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicRequest<'a>>,
    /// How many partitions a page may have.
    #[field(versions = "0+", default = 2000)]
    pub response_partition_limit: i32,
    /// Where the page begins; null for the start.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub cursor: Option<Cursor<'a>>,
}

/// One entry of [`DescribeTopicPartitionsRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicRequest<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
}

/// The value of [`DescribeTopicPartitionsRequest::cursor`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct Cursor<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
}
