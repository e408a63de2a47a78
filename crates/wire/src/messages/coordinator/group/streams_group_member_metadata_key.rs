//! StreamsGroupMemberMetadataKey (record type 19): which member of which Streams group the value is of.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// Which member of which Streams group the value is of.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 19, versions = "0")]
pub struct StreamsGroupMemberMetadataKey<'a> {
    /// The group.
    #[field(versions = "0")]
    pub group_id: &'a str,
    /// The member's id.
    #[field(versions = "0")]
    pub member_id: &'a str,
}
