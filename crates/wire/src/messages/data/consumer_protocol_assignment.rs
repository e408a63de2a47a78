//! `ConsumerProtocolAssignment`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `ConsumerProtocolAssignment`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0-3")]
pub struct ConsumerProtocolAssignment<'a> {
    /// Kafka's `AssignedPartitions`.
    #[field(versions = "0+")]
    pub assigned_partitions: Vec<TopicPartition<'a>>,
    /// Kafka's `UserData`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub user_data: Option<&'a [u8]>,
}

/// Kafka's `TopicPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-3")]
pub struct TopicPartition<'a> {
    /// Kafka's `Topic`.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
