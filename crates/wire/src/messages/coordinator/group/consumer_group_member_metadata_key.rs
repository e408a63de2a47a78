//! `ConsumerGroupMemberMetadataKey`.

use thalweg_wire_derive::Message;

/// Kafka's `ConsumerGroupMemberMetadataKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 5, versions = "0")]
pub struct ConsumerGroupMemberMetadataKey<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0")]
    pub group_id: &'a str,
    /// Kafka's `MemberId`.
    #[field(versions = "0")]
    pub member_id: &'a str,
}
