//! ConsumerGroupPartitionMetadataKey (record type 4): which consumer group the value is of.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// Which consumer group the value is of.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 4, versions = "0")]
pub struct ConsumerGroupPartitionMetadataKey<'a> {
    /// The group.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
