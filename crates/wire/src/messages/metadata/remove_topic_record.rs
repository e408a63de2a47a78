//! `RemoveTopicRecord`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Kafka's `RemoveTopicRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 9, versions = "0", flexible = "0+")]
pub struct RemoveTopicRecord {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
}
