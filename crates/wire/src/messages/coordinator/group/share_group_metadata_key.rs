//! ShareGroupMetadataKey (record type 11): which share group the value is of.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// Which share group the value is of.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 11, versions = "0")]
pub struct ShareGroupMetadataKey<'a> {
    /// The group.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
