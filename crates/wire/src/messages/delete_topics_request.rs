//! `DeleteTopicsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::DeleteTopicsResponse};

/// Kafka's `DeleteTopicsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 20, versions = "1-6", flexible = "4+", response(DeleteTopicsResponse<'r>))]
pub struct DeleteTopicsRequest<'a> {
    /// Kafka's `Topics`.
    #[field(versions = "6+")]
    pub topics: Vec<DeleteTopicState<'a>>,
    /// Kafka's `TopicNames`.
    #[field(versions = "0-5", ignorable)]
    pub topic_names: Vec<&'a str>,
    /// Kafka's `TimeoutMs`.
    #[field(versions = "0+")]
    pub timeout_ms: i32,
}

/// Kafka's `DeleteTopicState`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-6", flexible = "4+")]
pub struct DeleteTopicState<'a> {
    /// Kafka's `Name`.
    #[field(versions = "6+", nullable = "6+", default = null)]
    pub name: Option<&'a str>,
    /// Kafka's `TopicId`.
    #[field(versions = "6+")]
    pub topic_id: Uuid,
}
