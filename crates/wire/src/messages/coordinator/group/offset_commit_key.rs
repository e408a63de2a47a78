//! OffsetCommitKey (record type 1): whose committed offset the value is.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// Whose committed offset the value is.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 1, versions = "0")]
pub struct OffsetCommitKey<'a> {
    /// The group.
    #[field(name = "group", versions = "0")]
    pub group: &'a str,
    /// The topic's name.
    #[field(name = "topic", versions = "0")]
    pub topic: &'a str,
    /// The partition number.
    #[field(name = "partition", versions = "0")]
    pub partition: i32,
}
