//! `ConsumerProtocolSubscription`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `ConsumerProtocolSubscription`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0-3")]
pub struct ConsumerProtocolSubscription<'a> {
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<&'a str>,
    /// Kafka's `UserData`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub user_data: Option<&'a [u8]>,
    /// Kafka's `OwnedPartitions`.
    #[field(versions = "1+", ignorable)]
    pub owned_partitions: Vec<TopicPartition<'a>>,
    /// Kafka's `GenerationId`.
    #[field(versions = "2+", default = -1, ignorable)]
    pub generation_id: i32,
    /// Kafka's `RackId`.
    #[field(versions = "3+", nullable = "3+", default = null, ignorable)]
    pub rack_id: Option<&'a str>,
}

/// Kafka's `TopicPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-3")]
pub struct TopicPartition<'a> {
    /// Kafka's `Topic`.
    #[field(versions = "1+")]
    pub topic: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "1+")]
    pub partitions: Vec<i32>,
}
