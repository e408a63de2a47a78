//! The coordinator role: one thread that owns the machines of the internal topics, one per partition.
//!
//! Decides which machine a request goes to, when a partition's machine is loaded, and when its records are on
//! disk. Reads the partition to load; appends go to the partition's disk thread or to a pool of committers, one batch
//! of a partition at a time, so that one sync serves all who came while the one before ran. Never decides what a group does: `thalweg-group`.

mod appends;
mod asking;
mod durable_markers;
mod group_configs;
mod group_topics;
mod host;
mod hosted;
mod load;
mod markers;
mod outdated;
mod role;
mod topic;

use std::fmt;
use std::sync::Arc;

use thalweg_config::{CoordinatorFlush, Effective};
use thalweg_coordinator::{Marker, Producer};
use thalweg_group::{Assignor, Commit, ConsumerConfig, GroupConfig, MigrationPolicy, Request, Response};
use thalweg_transaction::{Add, TopicPartition, TransactionConfig, Verify};
use thalweg_wire::ErrorCode;

pub use appends::AppendResult;
pub use asking::{ask_group, ask_groups, ask_transaction, check_group_id, check_group_id_length, gather};
pub use group_configs::{GroupConfigFollower, Overrides as GroupConfigOverrides};
pub use markers::MarkerDone;
pub use role::Coordinators;
pub use topic::InternalTopic;

/// The topic of the group coordinators.
pub const OFFSETS_TOPIC: &str = "__consumer_offsets";

/// The topic of the transaction coordinators.
pub const TRANSACTIONS_TOPIC: &str = "__transaction_state";

/// Takes the answer; called on the coordinator's thread.
pub type TransactionReply = Box<dyn FnOnce(thalweg_transaction::Response) + Send>;

/// Takes the answer; called on the coordinator's thread.
pub type GroupReply = Box<dyn FnOnce(Response) + Send>;

/// Work for the coordinator's thread.
pub enum CoordinatorMessage {
    /// A request about one group.
    Group {
        /// The group's id: decides the partition.
        group: Arc<str>,
        /// What is asked.
        request: Request,
        /// Who gets the answer.
        reply: GroupReply,
    },
    /// The configuration of groups has changed.
    GroupConfigs(GroupConfigOverrides),
    /// ListGroups: every partition is asked. The reply gets one [`Response::Listed`].
    ListGroups(GroupReply),
    /// A request about one transactional id.
    Transaction {
        /// The id: decides the partition.
        id: Arc<str>,
        /// What is asked.
        request: thalweg_transaction::Request,
        /// Who gets the answer.
        reply: TransactionReply,
    },
    /// ListTransactions: every partition is asked. The reply gets one [`thalweg_transaction::Response::Listed`].
    ListTransactions(TransactionReply),
    /// TxnOffsetCommit: the transaction's coordinator is asked first, then the group's.
    CommitInTransaction {
        /// In whose name.
        writer: TransactionWriter,
        /// The group's id: decides the partition.
        group: Arc<str>,
        /// What is committed.
        commit: Commit,
        /// Who gets the answer, a [`Response::Partitions`].
        reply: GroupReply,
    },
    /// A transaction's end is to be appended to a partition.
    WriteMarker {
        /// Where to.
        partition: TopicPartition,
        /// What.
        marker: Marker,
        /// Who hears of it.
        done: MarkerDone,
    },
    /// What a partition's machine decided is in the log, or not.
    Appended {
        /// Whose machine.
        coordinator: Coordinator,
        /// Which partition, and the count of machines that were made for it: it may have been replaced.
        place: (usize, u64),
        /// What became of it.
        result: AppendResult,
    },
}

/// Who writes in a transaction, as far as a coordinator asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionWriter {
    /// The transactional id.
    pub id: Arc<str>,
    /// The producer.
    pub producer: Producer,
    /// Version of the transaction protocol that the client speaks: from 2 on what it writes to joins its
    /// transaction by that (KIP-890), before that it must have said so.
    pub version: i16,
}

impl TransactionWriter {
    /// The question whether it may write to a partition.
    #[must_use]
    pub fn asks(&self, partition: TopicPartition) -> thalweg_transaction::Request {
        let (id, producer, partitions) = (Arc::clone(&self.id), self.producer, vec![partition]);
        match self.version {
            IMPLICIT_ADD_VERSION.. => {
                thalweg_transaction::Request::Add(Add { id, producer, partitions, version: self.version })
            }
            _ => thalweg_transaction::Request::Verify(Verify { id, producer, partitions }),
        }
    }

    /// What the answer to [`TransactionWriter::asks`] means.
    pub fn may_write(answer: thalweg_transaction::Response) -> Result<(), ErrorCode> {
        match answer {
            thalweg_transaction::Response::Done(result) => result,
            thalweg_transaction::Response::Verified(result) => match result?.first() {
                Some(ErrorCode::None) => Ok(()),
                Some(code) => Err(*code),
                None => Err(ErrorCode::UnknownServerError),
            },
            _ => Err(ErrorCode::UnknownServerError),
        }
    }
}

/// First version of the transaction protocol in which partitions join by being written to.
const IMPLICIT_ADD_VERSION: i16 = 2;

/// Who coordinates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coordinator {
    /// Groups, in `__consumer_offsets`.
    Groups,
    /// Transactions, in `__transaction_state`.
    Transactions,
}

impl fmt::Debug for CoordinatorMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group { request, .. } => f.debug_tuple("Group").field(request).finish(),
            Self::GroupConfigs(_) => f.write_str("GroupConfigs"),
            Self::ListGroups(_) => f.write_str("ListGroups"),
            Self::Transaction { request, .. } => f.debug_tuple("Transaction").field(request).finish(),
            Self::ListTransactions(_) => f.write_str("ListTransactions"),
            Self::CommitInTransaction { commit, .. } => {
                f.debug_tuple("CommitInTransaction").field(commit).finish()
            }
            Self::WriteMarker { partition, marker, .. } => {
                write!(f, "WriteMarker({}-{}, {marker:?})", partition.0, partition.1)
            }
            Self::Appended { coordinator, place, result } => {
                write!(f, "Appended({coordinator:?}, {}, {result:?})", place.0)
            }
        }
    }
}

/// What the role takes from the configuration.
#[derive(Clone, Debug)]
pub struct CoordinatorConfig {
    /// For the machines.
    pub group: Arc<GroupConfig>,
    /// For the machines of transactions.
    pub transaction: Arc<TransactionConfig>,
    /// Whether acknowledged means on disk.
    pub flush: CoordinatorFlush,
}

impl CoordinatorConfig {
    /// Reads the keys of groups and offsets.
    pub fn resolve(effective: &Effective<'_>, flush: CoordinatorFlush) -> Self {
        let defaults = GroupConfig::default();
        let int = |key: &str, default: i32| {
            effective.number(key).and_then(|value| i32::try_from(value).ok()).unwrap_or(default)
        };
        let size = |key: &str, default: usize| {
            effective.number(key).and_then(|value| usize::try_from(value).ok()).unwrap_or(default)
        };
        let group = GroupConfig {
            min_session_timeout_ms: int("group.min.session.timeout.ms", defaults.min_session_timeout_ms),
            max_session_timeout_ms: int("group.max.session.timeout.ms", defaults.max_session_timeout_ms),
            initial_rebalance_delay_ms: int(
                "group.initial.rebalance.delay.ms",
                defaults.initial_rebalance_delay_ms,
            ),
            max_size: size("group.max.size", defaults.max_size),
            offset_metadata_max_bytes: size("offset.metadata.max.bytes", defaults.offset_metadata_max_bytes),
            offsets_retention_ms: effective
                .number("offsets.retention.minutes")
                .map_or(defaults.offsets_retention_ms, |minutes| minutes.saturating_mul(60_000)),
            offsets_retention_check_ms: effective
                .number("offsets.retention.check.interval.ms")
                .unwrap_or(defaults.offsets_retention_check_ms),
            max_record_bytes: defaults.max_record_bytes,
            consumer: consumer(effective),
        };
        let defaults = TransactionConfig::default();
        let ms = |key: &str, default: i64| effective.number(key).unwrap_or(default);
        let transaction = TransactionConfig {
            max_timeout_ms: int("transaction.max.timeout.ms", defaults.max_timeout_ms),
            id_expiration_ms: ms("transactional.id.expiration.ms", defaults.id_expiration_ms),
            abort_check_ms: ms(
                "transaction.abort.timed.out.transaction.cleanup.interval.ms",
                defaults.abort_check_ms,
            ),
            expiry_check_ms: ms(
                "transaction.remove.expired.transaction.cleanup.interval.ms",
                defaults.expiry_check_ms,
            ),
            wait_for_completion_ms: ms(
                "add.partitions.to.txn.retry.backoff.max.ms",
                defaults.wait_for_completion_ms,
            ),
        };
        Self { group: Arc::new(group), transaction: Arc::new(transaction), flush }
    }
}

/// The keys of consumer groups. A `group.consumer.assignors` that names a class of Java's by its full name means the
/// assignor that is built in under that name.
fn consumer(effective: &Effective<'_>) -> ConsumerConfig {
    let defaults = ConsumerConfig::default();
    let int = |key: &str, default: i32| {
        effective.number(key).and_then(|value| i32::try_from(value).ok()).unwrap_or(default)
    };
    let assignor = |name: &str| match name.trim() {
        "org.apache.kafka.coordinator.group.assignor.UniformAssignor" => Some(Assignor::Uniform),
        "org.apache.kafka.coordinator.group.assignor.RangeAssignor" => Some(Assignor::Range),
        name => Assignor::by_name(name),
    };
    let named = effective.list("group.consumer.assignors").unwrap_or_default();
    let assignors: Vec<Assignor> = named.iter().filter_map(|name| assignor(name)).collect();
    ConsumerConfig {
        session_timeout_ms: int("group.consumer.session.timeout.ms", defaults.session_timeout_ms),
        heartbeat_interval_ms: int("group.consumer.heartbeat.interval.ms", defaults.heartbeat_interval_ms),
        max_size: effective
            .number("group.consumer.max.size")
            .and_then(|value| usize::try_from(value).ok())
            .unwrap_or(defaults.max_size),
        assignors: if assignors.is_empty() { defaults.assignors } else { assignors },
        assignment_interval_ms: int("group.consumer.assignment.interval.ms", defaults.assignment_interval_ms),
        migration: effective
            .text("group.consumer.migration.policy")
            .and_then(|name| MigrationPolicy::by_name(&name))
            .unwrap_or(defaults.migration),
        regex_refresh_interval_ms: effective
            .number("group.consumer.regex.refresh.interval.ms")
            .unwrap_or(defaults.regex_refresh_interval_ms),
        work_at_once_max: defaults.work_at_once_max,
    }
}
