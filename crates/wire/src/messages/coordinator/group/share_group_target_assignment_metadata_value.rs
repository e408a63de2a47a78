//! `ShareGroupTargetAssignmentMetadataValue`.

use thalweg_wire_derive::Message;

/// Kafka's `ShareGroupTargetAssignmentMetadataValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 12, versions = "0", flexible = "0+")]
pub struct ShareGroupTargetAssignmentMetadataValue {
    /// Kafka's `AssignmentEpoch`.
    #[field(versions = "0+")]
    pub assignment_epoch: i32,
    /// Kafka's `AssignmentTimestamp`.
    #[field(versions = "0+", tag = 0, ignorable)]
    pub assignment_timestamp: i64,
}
