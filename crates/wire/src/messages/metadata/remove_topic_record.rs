//! RemoveTopicRecord (record type 9): a topic and all its partitions are gone.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// A topic and all its partitions are gone.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 9, versions = "0", flexible = "0+")]
pub struct RemoveTopicRecord {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
}
