//! Fetch (API key 1), response: per partition, record batches as they lie in the log, and where the log
//! stands.
//!
//! Versions 4 to 18, flexible from 12.
//!
//! - v4: aborted transactions (KIP-98).
//! - v5: adds `responses.partitions.log_start_offset`.
//! - v6: the layout of the version before.
//! - v7: adds `error_code`, `session_id`; fetch sessions (KIP-227).
//! - v8 to v10: the layout of the version before.
//! - v11: adds `responses.partitions.preferred_read_replica`; a nearer replica to read from (KIP-392).
//! - v12: flexible, adds `responses.partitions.diverging_epoch`,
//!   `responses.partitions.current_leader`, `responses.partitions.snapshot_id`; diverging epochs and
//!   snapshots (KIP-595).
//! - v13: adds `responses.topic_id`, drops `responses.topic`; topics go by id; may say
//!   UNKNOWN_TOPIC_ID and FETCH_SESSION_TOPIC_ID_ERROR (KIP-516).
//! - v14: may say OFFSET_MOVED_TO_TIERED_STORAGE (KIP-405).
//! - v15: the layout of the version before.
//! - v16: adds `node_endpoints`; names the current leaders (KIP-951).
//! - v17 to v18: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::{RecordsField, Uuid};

/// Answers [`FetchRequest`](super::FetchRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 1, versions = "4-18", flexible = "12+")]
pub struct FetchResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "7+", ignorable)]
    pub error_code: i16,
    /// The fetch session, 0 for none.
    #[field(versions = "7+")]
    pub session_id: i32,
    /// One entry per topic.
    #[field(versions = "0+")]
    pub responses: Vec<FetchableTopicResponse<'a>>,
    /// Where the brokers named above can be reached.
    #[field(versions = "16+", tag = 0)]
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
}

/// One entry of [`FetchResponse::responses`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct FetchableTopicResponse<'a> {
    /// The topic's name.
    #[field(versions = "0-12", ignorable)]
    pub topic: &'a str,
    /// The topic's id.
    #[field(versions = "13+", ignorable)]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData<'a>>,
}

/// One entry of [`FetchableTopicResponse::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct PartitionData<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The high watermark: below it records are committed.
    #[field(versions = "0+")]
    pub high_watermark: i64,
    /// The last stable offset: below it every transaction is decided.
    #[field(versions = "4+", default = -1, ignorable)]
    pub last_stable_offset: i64,
    /// The first offset in the log, -1 if unknown.
    #[field(versions = "5+", default = -1, ignorable)]
    pub log_start_offset: i64,
    /// The last epoch that both logs share, where the follower's has gone astray.
    #[field(versions = "12+", tag = 0)]
    pub diverging_epoch: EpochEndOffset,
    /// The partition's leader, where the sender seems not to know it.
    #[field(versions = "12+", tag = 1)]
    pub current_leader: LeaderIdAndEpoch,
    /// The snapshot: end offset and epoch.
    #[field(versions = "12+", tag = 2)]
    pub snapshot_id: SnapshotId,
    /// The aborted transactions in the range; null for an uncommitted read.
    #[field(versions = "4+", nullable = "4+", ignorable)]
    pub aborted_transactions: Option<Vec<AbortedTransaction>>,
    /// A nearer replica to read from, -1 for none.
    #[field(versions = "11+", default = -1)]
    pub preferred_read_replica: i32,
    /// Record batches as they lie in the log.
    #[field(versions = "0+", nullable = "0+")]
    pub records: Option<RecordsField<'a>>,
}

/// The value of [`PartitionData::diverging_epoch`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct EpochEndOffset {
    /// The epoch.
    #[field(versions = "12+", default = -1)]
    pub epoch: i32,
    /// The end offset: one past the last.
    #[field(versions = "12+", default = -1)]
    pub end_offset: i64,
}

/// A partition's leader and its epoch.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct LeaderIdAndEpoch {
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "12+", default = -1)]
    pub leader_id: i32,
    /// The leader epoch.
    #[field(versions = "12+", default = -1)]
    pub leader_epoch: i32,
}

/// The value of [`PartitionData::snapshot_id`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct SnapshotId {
    /// The end offset: one past the last.
    #[field(versions = "0+", default = -1)]
    pub end_offset: i64,
    /// The epoch.
    #[field(versions = "0+", default = -1)]
    pub epoch: i32,
}

/// One entry of [`PartitionData::aborted_transactions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct AbortedTransaction {
    /// The producer id.
    #[field(versions = "4+")]
    pub producer_id: i64,
    /// The first offset.
    #[field(versions = "4+")]
    pub first_offset: i64,
}

/// Where a broker named above can be reached.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct NodeEndpoint<'a> {
    /// The node's id.
    #[field(versions = "16+")]
    pub node_id: i32,
    /// The host name or address.
    #[field(versions = "16+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "16+")]
    pub port: i32,
    /// The rack; null if unknown.
    #[field(versions = "16+", nullable = "16+", default = null)]
    pub rack: Option<&'a str>,
}
