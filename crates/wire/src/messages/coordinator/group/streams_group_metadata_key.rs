//! StreamsGroupMetadataKey (record type 17): which Streams group the value is of.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// Which Streams group the value is of.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 17, versions = "0")]
pub struct StreamsGroupMetadataKey<'a> {
    /// The group.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
