//! `DescribeTopicPartitionsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeTopicPartitionsResponse;

/// Kafka's `DescribeTopicPartitionsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 75, versions = "0", flexible = "0+", response(DescribeTopicPartitionsResponse<'r>))]
pub struct DescribeTopicPartitionsRequest<'a> {
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicRequest<'a>>,
    /// Kafka's `ResponsePartitionLimit`.
    #[field(versions = "0+", default = 2000)]
    pub response_partition_limit: i32,
    /// Kafka's `Cursor`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub cursor: Option<Cursor<'a>>,
}

/// Kafka's `TopicRequest`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicRequest<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
}

/// Kafka's `Cursor`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct Cursor<'a> {
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
}
