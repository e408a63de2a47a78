//! ConsumerGroupTargetAssignmentMetadataKey (record type 6): which consumer group the value is of.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// Which consumer group the value is of.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 6, versions = "0")]
pub struct ConsumerGroupTargetAssignmentMetadataKey<'a> {
    /// The group.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
