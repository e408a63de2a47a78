//! Finalized feature levels: which formats and behaviours the whole cluster has agreed on.
//!
//! `kraft.version` is one of them to clients, but lives in the log's control records: see
//! [`QuorumImage`](crate::QuorumImage).

use std::sync::Arc;

use imbl::OrdMap;

/// Which record versions the controller writes; a node without it has no metadata at all.
pub const METADATA_VERSION: &str = "metadata.version";
/// KIP-853: whether voters are named in control records.
pub const KRAFT_VERSION: &str = "kraft.version";
/// KIP-966: eligible leader replicas.
pub const ELIGIBLE_LEADER_REPLICAS_VERSION: &str = "eligible.leader.replicas.version";
/// KIP-848: consumer groups.
pub const GROUP_VERSION: &str = "group.version";
/// KIP-890: transactions with an epoch each.
pub const TRANSACTION_VERSION: &str = "transaction.version";
/// KIP-932: share groups.
pub const SHARE_VERSION: &str = "share.version";
/// KIP-1071: streams groups.
pub const STREAMS_VERSION: &str = "streams.version";

/// Finalized levels by name; a feature at level 0 is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeaturesImage {
    /// Levels above zero, `kraft.version` excepted.
    pub levels: OrdMap<Arc<str>, i16>,
}

impl FeaturesImage {
    /// A feature's finalized level; 0 when it was never raised.
    #[must_use]
    pub fn level(&self, name: &str) -> i16 {
        self.levels.get(name).copied().unwrap_or(0)
    }

    /// The finalized `metadata.version`, 0 before the first record.
    #[must_use]
    pub fn metadata_version(&self) -> i16 {
        self.level(METADATA_VERSION)
    }

    /// Whether partitions keep eligible leader replicas (KIP-966).
    #[must_use]
    pub fn elr_enabled(&self) -> bool {
        self.level(ELIGIBLE_LEADER_REPLICAS_VERSION) >= 1 && self.metadata_version() >= 23
    }

    /// Version of RegisterBrokerRecord that this metadata.version writes.
    #[must_use]
    pub fn register_broker_record_version(&self) -> i16 {
        match self.metadata_version() {
            30.. => 4,
            17.. => 3,
            8.. => 2,
            _ => 1,
        }
    }

    /// Version of PartitionRecord and PartitionChangeRecord that this metadata.version writes. Version 2
    /// exists for eligible leader replicas.
    #[must_use]
    pub fn partition_record_version(&self) -> i16 {
        match self.metadata_version() {
            23.. => 2,
            17.. => 1,
            _ => 0,
        }
    }

    /// Whether controllers register in the metadata log (KIP-919).
    #[must_use]
    pub fn controllers_registered(&self) -> bool {
        self.metadata_version() >= 15
    }

    /// Whether records may be held together by metadata transactions (KIP-868).
    #[must_use]
    pub fn transactions_known(&self) -> bool {
        self.metadata_version() >= 14
    }

    /// Whether a partition's log directories are recorded.
    #[must_use]
    pub fn directories_recorded(&self) -> bool {
        self.metadata_version() >= 17
    }
}
