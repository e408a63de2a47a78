//! `DescribeProducersRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeProducersResponse;

/// Kafka's `DescribeProducersRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 61, versions = "0", flexible = "0+", response(DescribeProducersResponse<'r>))]
pub struct DescribeProducersRequest<'a> {
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicRequest<'a>>,
}

/// Kafka's `TopicRequest`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicRequest<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `PartitionIndexes`.
    #[field(versions = "0+")]
    pub partition_indexes: Vec<i32>,
}
