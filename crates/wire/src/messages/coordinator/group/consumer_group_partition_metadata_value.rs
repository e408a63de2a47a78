//! ConsumerGroupPartitionMetadataValue (record type 4): the topics a consumer group sees; no longer
//! written.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// The topics a consumer group sees; no longer written.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 4, versions = "0", flexible = "0+")]
pub struct ConsumerGroupPartitionMetadataValue<'a> {
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicMetadata<'a>>,
}

/// One entry of [`ConsumerGroupPartitionMetadataValue::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicMetadata<'a> {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// How many partitions.
    #[field(versions = "0+")]
    pub num_partitions: i32,
    /// Racks by partition.
    #[field(versions = "0+")]
    pub partition_metadata: Vec<PartitionMetadata<'a>>,
}

/// One entry of [`TopicMetadata::partition_metadata`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct PartitionMetadata<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
    /// The racks of the replicas.
    #[field(versions = "0+")]
    pub racks: Vec<&'a str>,
}
