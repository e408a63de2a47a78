//! `ClearElrRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `ClearElrRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 28, versions = "0", flexible = "0+")]
pub struct ClearElrRecord<'a> {
    /// Kafka's `TopicName`.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
}
