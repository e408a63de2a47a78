//! ShareGroupMetadataValue (record type 11): a share group's epoch.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A share group's epoch.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 11, versions = "0", flexible = "0+")]
pub struct ShareGroupMetadataValue {
    /// The epoch.
    #[field(versions = "0+")]
    pub epoch: i32,
    /// A hash of the topics the group sees.
    #[field(versions = "0+")]
    pub metadata_hash: i64,
}
