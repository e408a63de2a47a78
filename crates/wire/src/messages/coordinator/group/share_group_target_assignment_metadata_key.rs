//! `ShareGroupTargetAssignmentMetadataKey`.

use thalweg_wire_derive::Message;

/// Kafka's `ShareGroupTargetAssignmentMetadataKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 12, versions = "0")]
pub struct ShareGroupTargetAssignmentMetadataKey<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
