//! `ElectLeadersRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::ElectLeadersResponse;

/// Kafka's `ElectLeadersRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 43, versions = "0-2", flexible = "2+", response(ElectLeadersResponse<'r>))]
pub struct ElectLeadersRequest<'a> {
    /// Kafka's `ElectionType`.
    #[field(versions = "1+")]
    pub election_type: i8,
    /// Kafka's `TopicPartitions`.
    #[field(versions = "0+", nullable = "0+")]
    pub topic_partitions: Option<Vec<TopicPartitions<'a>>>,
    /// Kafka's `TimeoutMs`.
    #[field(versions = "0+", default = 60000)]
    pub timeout_ms: i32,
}

/// Kafka's `TopicPartitions`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct TopicPartitions<'a> {
    /// Kafka's `Topic`.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
