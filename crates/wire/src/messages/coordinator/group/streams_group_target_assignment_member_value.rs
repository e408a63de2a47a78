//! `StreamsGroupTargetAssignmentMemberValue`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `StreamsGroupTargetAssignmentMemberValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 21, versions = "0", flexible = "0+")]
pub struct StreamsGroupTargetAssignmentMemberValue<'a> {
    /// Kafka's `ActiveTasks`.
    #[field(versions = "0+")]
    pub active_tasks: Vec<TaskIds<'a>>,
    /// Kafka's `StandbyTasks`.
    #[field(versions = "0+")]
    pub standby_tasks: Vec<TaskIds<'a>>,
    /// Kafka's `WarmupTasks`.
    #[field(versions = "0+")]
    pub warmup_tasks: Vec<TaskIds<'a>>,
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
}
