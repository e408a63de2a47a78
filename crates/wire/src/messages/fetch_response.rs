//! `FetchResponse`.

use thalweg_wire_derive::{Message, Part};

use crate::{RecordsField, Uuid};

/// Kafka's `FetchResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 1, versions = "4-18", flexible = "12+")]
pub struct FetchResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "7+", ignorable)]
    pub error_code: i16,
    /// Kafka's `SessionId`.
    #[field(versions = "7+")]
    pub session_id: i32,
    /// Kafka's `Responses`.
    #[field(versions = "0+")]
    pub responses: Vec<FetchableTopicResponse<'a>>,
    /// Kafka's `NodeEndpoints`.
    #[field(versions = "16+", tag = 0)]
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
}

/// Kafka's `FetchableTopicResponse`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct FetchableTopicResponse<'a> {
    /// Kafka's `Topic`.
    #[field(versions = "0-12", ignorable)]
    pub topic: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "13+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionData<'a>>,
}

/// Kafka's `PartitionData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct PartitionData<'a> {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `HighWatermark`.
    #[field(versions = "0+")]
    pub high_watermark: i64,
    /// Kafka's `LastStableOffset`.
    #[field(versions = "4+", default = -1, ignorable)]
    pub last_stable_offset: i64,
    /// Kafka's `LogStartOffset`.
    #[field(versions = "5+", default = -1, ignorable)]
    pub log_start_offset: i64,
    /// Kafka's `DivergingEpoch`.
    #[field(versions = "12+", tag = 0)]
    pub diverging_epoch: EpochEndOffset,
    /// Kafka's `CurrentLeader`.
    #[field(versions = "12+", tag = 1)]
    pub current_leader: LeaderIdAndEpoch,
    /// Kafka's `SnapshotId`.
    #[field(versions = "12+", tag = 2)]
    pub snapshot_id: SnapshotId,
    /// Kafka's `AbortedTransactions`.
    #[field(versions = "4+", nullable = "4+", ignorable)]
    pub aborted_transactions: Option<Vec<AbortedTransaction>>,
    /// Kafka's `PreferredReadReplica`.
    #[field(versions = "11+", default = -1)]
    pub preferred_read_replica: i32,
    /// Kafka's `Records`.
    #[field(versions = "0+", nullable = "0+")]
    pub records: Option<RecordsField<'a>>,
}

/// Kafka's `EpochEndOffset`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct EpochEndOffset {
    /// Kafka's `Epoch`.
    #[field(versions = "12+", default = -1)]
    pub epoch: i32,
    /// Kafka's `EndOffset`.
    #[field(versions = "12+", default = -1)]
    pub end_offset: i64,
}

/// Kafka's `LeaderIdAndEpoch`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct LeaderIdAndEpoch {
    /// Kafka's `LeaderId`.
    #[field(versions = "12+", default = -1)]
    pub leader_id: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "12+", default = -1)]
    pub leader_epoch: i32,
}

/// Kafka's `SnapshotId`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct SnapshotId {
    /// Kafka's `EndOffset`.
    #[field(versions = "0+", default = -1)]
    pub end_offset: i64,
    /// Kafka's `Epoch`.
    #[field(versions = "0+", default = -1)]
    pub epoch: i32,
}

/// Kafka's `AbortedTransaction`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct AbortedTransaction {
    /// Kafka's `ProducerId`.
    #[field(versions = "4+")]
    pub producer_id: i64,
    /// Kafka's `FirstOffset`.
    #[field(versions = "4+")]
    pub first_offset: i64,
}

/// Kafka's `NodeEndpoint`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct NodeEndpoint<'a> {
    /// Kafka's `NodeId`.
    #[field(versions = "16+")]
    pub node_id: i32,
    /// Kafka's `Host`.
    #[field(versions = "16+")]
    pub host: &'a str,
    /// Kafka's `Port`.
    #[field(versions = "16+")]
    pub port: i32,
    /// Kafka's `Rack`.
    #[field(versions = "16+", nullable = "16+", default = null)]
    pub rack: Option<&'a str>,
}
