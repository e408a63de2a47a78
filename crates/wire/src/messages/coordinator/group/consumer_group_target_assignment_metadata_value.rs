//! ConsumerGroupTargetAssignmentMetadataValue (record type 6): the epoch of a consumer group's target
//! assignment.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// The epoch of a consumer group's target assignment.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 6, versions = "0", flexible = "0+")]
pub struct ConsumerGroupTargetAssignmentMetadataValue {
    /// The epoch of the assignment.
    #[field(versions = "0+")]
    pub assignment_epoch: i32,
    /// When the assignment was made, in milliseconds since 1970.
    #[field(versions = "0+", tag = 0, ignorable)]
    pub assignment_timestamp: i64,
}
