//! `StreamsGroupTargetAssignmentMetadataKey`.

use thalweg_wire_derive::Message;

/// Kafka's `StreamsGroupTargetAssignmentMetadataKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 20, versions = "0")]
pub struct StreamsGroupTargetAssignmentMetadataKey<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
