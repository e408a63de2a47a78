//! `ConsumerGroupPartitionMetadataValue`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `ConsumerGroupPartitionMetadataValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 4, versions = "0", flexible = "0+")]
pub struct ConsumerGroupPartitionMetadataValue<'a> {
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TopicMetadata<'a>>,
}

/// Kafka's `TopicMetadata`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicMetadata<'a> {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `NumPartitions`.
    #[field(versions = "0+")]
    pub num_partitions: i32,
    /// Kafka's `PartitionMetadata`.
    #[field(versions = "0+")]
    pub partition_metadata: Vec<PartitionMetadata<'a>>,
}

/// Kafka's `PartitionMetadata`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct PartitionMetadata<'a> {
    /// Kafka's `Partition`.
    #[field(versions = "0+")]
    pub partition: i32,
    /// Kafka's `Racks`.
    #[field(versions = "0+")]
    pub racks: Vec<&'a str>,
}
