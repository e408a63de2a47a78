//! ConsumerGroupCurrentMemberAssignmentValue (record type 8): the partitions a consumer group member
//! has.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// The partitions a consumer group member has.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 8, versions = "0", flexible = "0+")]
pub struct ConsumerGroupCurrentMemberAssignmentValue {
    /// The member's epoch.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// The member's epoch before this one.
    #[field(versions = "0+")]
    pub previous_member_epoch: i32,
    /// The state.
    #[field(versions = "0+")]
    pub state: i8,
    /// The partitions assigned.
    #[field(versions = "0+")]
    pub assigned_partitions: Vec<TopicPartitions>,
    /// Partitions the member must give up first.
    #[field(versions = "0+")]
    pub partitions_pending_revocation: Vec<TopicPartitions>,
}

/// One entry of `ConsumerGroupCurrentMemberAssignmentValue.assigned_partitions`,
/// `ConsumerGroupCurrentMemberAssignmentValue.partitions_pending_revocation`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicPartitions {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
    /// The epoch at which each partition was assigned, in their order.
    #[field(versions = "0+", nullable = "0+", tag = 0)]
    pub assignment_epochs: Option<Vec<i32>>,
}
