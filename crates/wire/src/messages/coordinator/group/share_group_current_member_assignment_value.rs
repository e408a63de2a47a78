//! ShareGroupCurrentMemberAssignmentValue (record type 14): the partitions a share group member has.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// The partitions a share group member has.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 14, versions = "0", flexible = "0+")]
pub struct ShareGroupCurrentMemberAssignmentValue {
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
}

/// One entry of [`ShareGroupCurrentMemberAssignmentValue::assigned_partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicPartitions {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
