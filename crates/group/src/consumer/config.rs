//! The configuration values of consumer groups.

use super::assign::Assignor;

/// Which way groups may change their protocol while they have members
/// (`group.consumer.migration.policy`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MigrationPolicy {
    /// From classic to consumer.
    pub upgrades: bool,
    /// From consumer to classic.
    pub downgrades: bool,
}

impl MigrationPolicy {
    /// By its name in the configuration.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        let (upgrades, downgrades) = match name.to_ascii_lowercase().as_str() {
            "disabled" => (false, false),
            "upgrade" => (true, false),
            "downgrade" => (false, true),
            "bidirectional" => (true, true),
            _ => return None,
        };
        Some(Self { upgrades, downgrades })
    }
}

/// Bounds and times of consumer groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsumerConfig {
    /// `group.consumer.session.timeout.ms`.
    pub session_timeout_ms: i32,
    /// `group.consumer.heartbeat.interval.ms`.
    pub heartbeat_interval_ms: i32,
    /// `group.consumer.max.size`.
    pub max_size: usize,
    /// `group.consumer.assignors`, the default first.
    pub assignors: Vec<Assignor>,
    /// `group.consumer.assignment.interval.ms`.
    pub assignment_interval_ms: i32,
    /// `group.consumer.migration.policy`.
    pub migration: MigrationPolicy,
    /// `group.consumer.regex.refresh.interval.ms`.
    pub regex_refresh_interval_ms: i64,
    /// Members and partitions, or expressions times topics, up to which work is done in the turn that asks.
    pub work_at_once_max: usize,
}

impl Default for ConsumerConfig {
    /// Kafka's defaults.
    fn default() -> Self {
        Self {
            session_timeout_ms: 45_000,
            heartbeat_interval_ms: 5_000,
            max_size: usize::MAX,
            assignors: vec![Assignor::Uniform, Assignor::Range],
            assignment_interval_ms: 1_000,
            migration: MigrationPolicy { upgrades: true, downgrades: true },
            regex_refresh_interval_ms: 600_000,
            work_at_once_max: 2_000,
        }
    }
}

/// What one group's own configuration says otherwise (ConfigResource GROUP).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GroupOverrides {
    /// `consumer.session.timeout.ms`.
    pub session_timeout_ms: Option<i32>,
    /// `consumer.heartbeat.interval.ms`.
    pub heartbeat_interval_ms: Option<i32>,
    /// `consumer.assignment.interval.ms`.
    pub assignment_interval_ms: Option<i32>,
}
