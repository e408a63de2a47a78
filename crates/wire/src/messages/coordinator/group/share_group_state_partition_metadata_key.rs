//! ShareGroupStatePartitionMetadataKey (record type 15): which share group the value is of.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// Which share group the value is of.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 15, versions = "0")]
pub struct ShareGroupStatePartitionMetadataKey<'a> {
    /// The group.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
