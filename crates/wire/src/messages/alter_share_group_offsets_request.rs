//! `AlterShareGroupOffsetsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AlterShareGroupOffsetsResponse;

/// Kafka's `AlterShareGroupOffsetsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 91, versions = "0", flexible = "0+", response(AlterShareGroupOffsetsResponse<'r>))]
pub struct AlterShareGroupOffsetsRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<AlterShareGroupOffsetsRequestTopic<'a>>,
}

/// Kafka's `AlterShareGroupOffsetsRequestTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct AlterShareGroupOffsetsRequestTopic<'a> {
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<AlterShareGroupOffsetsRequestPartition>,
}

/// Kafka's `AlterShareGroupOffsetsRequestPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct AlterShareGroupOffsetsRequestPartition {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `StartOffset`.
    #[field(versions = "0+")]
    pub start_offset: i64,
}
