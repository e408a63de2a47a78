//! StreamsGroupCurrentMemberAssignmentValue (record type 22): the tasks a Streams group member has.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// The tasks a Streams group member has.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 22, versions = "0", flexible = "0+")]
pub struct StreamsGroupCurrentMemberAssignmentValue<'a> {
    /// The member's epoch.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// The member's epoch before this one.
    #[field(versions = "0+")]
    pub previous_member_epoch: i32,
    /// The state.
    #[field(versions = "0+")]
    pub state: i8,
    /// The active tasks.
    #[field(versions = "0+")]
    pub active_tasks: Vec<TaskIds<'a>>,
    /// The standby tasks.
    #[field(versions = "0+")]
    pub standby_tasks: Vec<TaskIds<'a>>,
    /// The warm-up tasks.
    #[field(versions = "0+")]
    pub warmup_tasks: Vec<TaskIds<'a>>,
    /// Active tasks the member must give up first.
    #[field(versions = "0+")]
    pub active_tasks_pending_revocation: Vec<TaskIds<'a>>,
    /// Standby tasks the member must give up first.
    #[field(versions = "0+")]
    pub standby_tasks_pending_revocation: Vec<TaskIds<'a>>,
    /// Warm-up tasks the member must give up first.
    #[field(versions = "0+")]
    pub warmup_tasks_pending_revocation: Vec<TaskIds<'a>>,
}

/// One entry of `StreamsGroupCurrentMemberAssignmentValue.active_tasks`,
/// `StreamsGroupCurrentMemberAssignmentValue.standby_tasks`,
/// `StreamsGroupCurrentMemberAssignmentValue.warmup_tasks` and others.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TaskIds<'a> {
    /// The subtopology.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
    /// The epoch at which each partition was assigned, in their order.
    #[field(versions = "0+", nullable = "0+", tag = 0)]
    pub assignment_epochs: Option<Vec<i32>>,
}
