//! ShareGroupTargetAssignmentMemberValue (record type 13): the partitions a share group member shall
//! have.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// The partitions a share group member shall have.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 13, versions = "0", flexible = "0+")]
pub struct ShareGroupTargetAssignmentMemberValue {
    /// Partitions, by topic.
    #[field(versions = "0+")]
    pub topic_partitions: Vec<TopicPartition>,
}

/// One entry of [`ShareGroupTargetAssignmentMemberValue::topic_partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicPartition {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
