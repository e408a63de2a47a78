//! `DescribeShareGroupOffsetsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeShareGroupOffsetsResponse;

/// Kafka's `DescribeShareGroupOffsetsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 90, versions = "0-1", flexible = "0+", response(DescribeShareGroupOffsetsResponse<'r>))]
pub struct DescribeShareGroupOffsetsRequest<'a> {
    /// Kafka's `Groups`.
    #[field(versions = "0+")]
    pub groups: Vec<DescribeShareGroupOffsetsRequestGroup<'a>>,
}

/// Kafka's `DescribeShareGroupOffsetsRequestGroup`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribeShareGroupOffsetsRequestGroup<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `Topics`.
    #[field(versions = "0+", nullable = "0+")]
    pub topics: Option<Vec<DescribeShareGroupOffsetsRequestTopic<'a>>>,
}

/// Kafka's `DescribeShareGroupOffsetsRequestTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct DescribeShareGroupOffsetsRequestTopic<'a> {
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
