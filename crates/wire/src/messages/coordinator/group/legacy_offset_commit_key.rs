//! LegacyOffsetCommitKey (record type 0): whose committed offset the value is, in its oldest form.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// Whose committed offset the value is, in its oldest form.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 0, versions = "0")]
pub struct LegacyOffsetCommitKey<'a> {
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
