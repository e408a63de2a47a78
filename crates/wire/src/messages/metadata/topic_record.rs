//! TopicRecord (record type 2): a topic came to be.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// A topic came to be.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 2, versions = "0", flexible = "0+")]
pub struct TopicRecord<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
}
