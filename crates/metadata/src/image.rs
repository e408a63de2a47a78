//! The immutable read model of the cluster. Cheap to clone and to publish: every map shares its nodes.

use crate::{
    AclsImage, ClientQuotasImage, ClusterImage, ConfigsImage, DelegationTokensImage, FeaturesImage,
    QuorumImage, ScramImage, TopicsImage,
};

/// Everything the metadata log has said up to one offset.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MetadataImage {
    /// Last offset replayed; −1 when nothing was.
    pub highest_offset: i64,
    /// Leader epoch of that record.
    pub highest_epoch: i32,
    /// Append time of that record's batch, ms since 1970.
    pub highest_timestamp: i64,
    /// Who leads and votes in the metadata quorum.
    pub quorum: QuorumImage,
    /// Finalized feature levels.
    pub features: FeaturesImage,
    /// Registered brokers and controllers.
    pub cluster: ClusterImage,
    /// Topics and partitions.
    pub topics: TopicsImage,
    /// Dynamic configuration.
    pub configs: ConfigsImage,
    /// Client quotas.
    pub client_quotas: ClientQuotasImage,
    /// First producer id not yet handed out; `None` before the first block.
    pub next_producer_id: Option<i64>,
    /// Access control entries.
    pub acls: AclsImage,
    /// SCRAM credentials.
    pub scram: ScramImage,
    /// Delegation tokens.
    pub delegation_tokens: DelegationTokensImage,
}

impl MetadataImage {
    /// The image before any record.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            highest_offset: -1,
            quorum: QuorumImage { leader_id: -1, ..QuorumImage::default() },
            ..Self::default()
        }
    }
}
