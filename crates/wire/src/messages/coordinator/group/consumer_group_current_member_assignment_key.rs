//! `ConsumerGroupCurrentMemberAssignmentKey`.

use thalweg_wire_derive::Message;

/// Kafka's `ConsumerGroupCurrentMemberAssignmentKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 8, versions = "0")]
pub struct ConsumerGroupCurrentMemberAssignmentKey<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0")]
    pub group_id: &'a str,
    /// Kafka's `MemberId`.
    #[field(versions = "0")]
    pub member_id: &'a str,
}
