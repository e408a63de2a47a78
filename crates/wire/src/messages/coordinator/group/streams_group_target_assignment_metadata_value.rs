//! `StreamsGroupTargetAssignmentMetadataValue`.

use thalweg_wire_derive::Message;

/// Kafka's `StreamsGroupTargetAssignmentMetadataValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 20, versions = "0", flexible = "0+")]
pub struct StreamsGroupTargetAssignmentMetadataValue {
    /// Kafka's `AssignmentEpoch`.
    #[field(versions = "0+")]
    pub assignment_epoch: i32,
    /// Kafka's `AssignmentTimestamp`.
    #[field(versions = "0+", tag = 0, ignorable)]
    pub assignment_timestamp: i64,
}
