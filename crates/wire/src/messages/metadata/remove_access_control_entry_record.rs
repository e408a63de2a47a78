//! RemoveAccessControlEntryRecord (record type 19): an access rule is gone.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// An access rule is gone.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 19, versions = "0", flexible = "0+")]
pub struct RemoveAccessControlEntryRecord {
    /// The id.
    #[field(versions = "0+")]
    pub id: Uuid,
}
