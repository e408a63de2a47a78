//! GroupMetadataKey (record type 2): which classic group the value is of.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// Which classic group the value is of.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 2, versions = "0")]
pub struct GroupMetadataKey<'a> {
    /// The group.
    #[field(name = "group", versions = "0")]
    pub group: &'a str,
}
