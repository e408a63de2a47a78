//! `ShareGroupStatePartitionMetadataValue`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `ShareGroupStatePartitionMetadataValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 15, versions = "0", flexible = "0+")]
pub struct ShareGroupStatePartitionMetadataValue<'a> {
    /// Kafka's `InitializingTopics`.
    #[field(versions = "0+")]
    pub initializing_topics: Vec<TopicPartitionsInfo<'a>>,
    /// Kafka's `InitializedTopics`.
    #[field(versions = "0+")]
    pub initialized_topics: Vec<TopicPartitionsInfo<'a>>,
    /// Kafka's `DeletingTopics`.
    #[field(versions = "0+")]
    pub deleting_topics: Vec<TopicInfo<'a>>,
}

/// Kafka's `TopicPartitionsInfo`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicPartitionsInfo<'a> {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}

/// Kafka's `TopicInfo`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicInfo<'a> {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
}
