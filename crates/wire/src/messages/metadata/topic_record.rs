//! `TopicRecord`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Kafka's `TopicRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 2, versions = "0", flexible = "0+")]
pub struct TopicRecord<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
}
