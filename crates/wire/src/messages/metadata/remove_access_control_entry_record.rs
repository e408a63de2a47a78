//! `RemoveAccessControlEntryRecord`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Kafka's `RemoveAccessControlEntryRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 19, versions = "0", flexible = "0+")]
pub struct RemoveAccessControlEntryRecord {
    /// Kafka's `Id`.
    #[field(versions = "0+")]
    pub id: Uuid,
}
