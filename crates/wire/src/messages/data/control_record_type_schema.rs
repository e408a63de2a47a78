//! `ControlRecordTypeSchema`.

use thalweg_wire_derive::Message;

/// Kafka's `ControlRecordTypeSchema`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0")]
pub struct ControlRecordTypeSchema {
    /// Kafka's `Type`.
    #[field(versions = "0+")]
    pub r#type: i16,
}
