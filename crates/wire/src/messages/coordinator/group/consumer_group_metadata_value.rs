//! ConsumerGroupMetadataValue (record type 3): a consumer group's epoch.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A consumer group's epoch.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 3, versions = "0", flexible = "0+")]
pub struct ConsumerGroupMetadataValue {
    /// The epoch.
    #[field(versions = "0+")]
    pub epoch: i32,
    /// A hash of the topics the group sees.
    #[field(versions = "0+", tag = 0)]
    pub metadata_hash: i64,
}
