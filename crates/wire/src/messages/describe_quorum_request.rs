//! `DescribeQuorumRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeQuorumResponse;

/// Kafka's `DescribeQuorumRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 55, versions = "0-2", flexible = "0+", response(DescribeQuorumResponse<'r>))]
pub struct DescribeQuorumRequest<'a> {
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicData<'a>>,
}

/// Kafka's `TopicData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct TopicData<'a> {
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData>,
}

/// Kafka's `PartitionData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct PartitionData {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
}
