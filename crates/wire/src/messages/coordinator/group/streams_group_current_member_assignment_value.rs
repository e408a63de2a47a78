//! `StreamsGroupCurrentMemberAssignmentValue`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `StreamsGroupCurrentMemberAssignmentValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 22, versions = "0", flexible = "0+")]
pub struct StreamsGroupCurrentMemberAssignmentValue<'a> {
    /// Kafka's `MemberEpoch`.
    #[field(versions = "0+")]
    pub member_epoch: i32,
    /// Kafka's `PreviousMemberEpoch`.
    #[field(versions = "0+")]
    pub previous_member_epoch: i32,
    /// Kafka's `State`.
    #[field(versions = "0+")]
    pub state: i8,
    /// Kafka's `ActiveTasks`.
    #[field(versions = "0+")]
    pub active_tasks: Vec<TaskIds<'a>>,
    /// Kafka's `StandbyTasks`.
    #[field(versions = "0+")]
    pub standby_tasks: Vec<TaskIds<'a>>,
    /// Kafka's `WarmupTasks`.
    #[field(versions = "0+")]
    pub warmup_tasks: Vec<TaskIds<'a>>,
    /// Kafka's `ActiveTasksPendingRevocation`.
    #[field(versions = "0+")]
    pub active_tasks_pending_revocation: Vec<TaskIds<'a>>,
    /// Kafka's `StandbyTasksPendingRevocation`.
    #[field(versions = "0+")]
    pub standby_tasks_pending_revocation: Vec<TaskIds<'a>>,
    /// Kafka's `WarmupTasksPendingRevocation`.
    #[field(versions = "0+")]
    pub warmup_tasks_pending_revocation: Vec<TaskIds<'a>>,
}

/// Kafka's `TaskIds`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TaskIds<'a> {
    /// Kafka's `SubtopologyId`.
    #[field(versions = "0+")]
    pub subtopology_id: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
    /// Kafka's `AssignmentEpochs`.
    #[field(versions = "0+", nullable = "0+", tag = 0)]
    pub assignment_epochs: Option<Vec<i32>>,
}
