//! `ConsumerGroupTargetAssignmentMetadataKey`.

use thalweg_wire_derive::Message;

/// Kafka's `ConsumerGroupTargetAssignmentMetadataKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 6, versions = "0")]
pub struct ConsumerGroupTargetAssignmentMetadataKey<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0")]
    pub group_id: &'a str,
}
