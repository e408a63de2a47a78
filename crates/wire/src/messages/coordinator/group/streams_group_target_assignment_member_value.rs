//! StreamsGroupTargetAssignmentMemberValue (record type 21): the tasks a Streams group member shall
//! have.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// The tasks a Streams group member shall have.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 21, versions = "0", flexible = "0+")]
pub struct StreamsGroupTargetAssignmentMemberValue<'a> {
    /// The active tasks.
    #[field(versions = "0+")]
    pub active_tasks: Vec<TaskIds<'a>>,
    /// The standby tasks.
    #[field(versions = "0+")]
    pub standby_tasks: Vec<TaskIds<'a>>,
    /// The warm-up tasks.
    #[field(versions = "0+")]
    pub warmup_tasks: Vec<TaskIds<'a>>,
}

/// One entry of `StreamsGroupTargetAssignmentMemberValue.active_tasks`,
/// `StreamsGroupTargetAssignmentMemberValue.standby_tasks`,
/// `StreamsGroupTargetAssignmentMemberValue.warmup_tasks`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TaskIds<'a> {
    /// The subtopology.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
