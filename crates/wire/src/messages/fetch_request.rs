//! `FetchRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::FetchResponse};

/// Kafka's `FetchRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 1, versions = "4-18", flexible = "12+", response(FetchResponse<'r>))]
pub struct FetchRequest<'a> {
    /// Kafka's `ClusterId`.
    #[field(versions = "12+", nullable = "12+", tag = 0, default = null, ignorable)]
    pub cluster_id: Option<&'a str>,
    /// Kafka's `ReplicaId`.
    #[field(versions = "0-14", default = -1)]
    pub replica_id: i32,
    /// Kafka's `ReplicaState`.
    #[field(versions = "15+", tag = 1)]
    pub replica_state: ReplicaState,
    /// Kafka's `MaxWaitMs`.
    #[field(versions = "0+")]
    pub max_wait_ms: i32,
    /// Kafka's `MinBytes`.
    #[field(versions = "0+")]
    pub min_bytes: i32,
    /// Kafka's `MaxBytes`.
    #[field(versions = "3+", default = 0x7fffffff, ignorable)]
    pub max_bytes: i32,
    /// Kafka's `IsolationLevel`.
    #[field(versions = "4+", ignorable)]
    pub isolation_level: i8,
    /// Kafka's `SessionId`.
    #[field(versions = "7+", ignorable)]
    pub session_id: i32,
    /// Kafka's `SessionEpoch`.
    #[field(versions = "7+", default = -1, ignorable)]
    pub session_epoch: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<FetchTopic<'a>>,
    /// Kafka's `ForgottenTopicsData`.
    #[field(versions = "7+")]
    pub forgotten_topics_data: Vec<ForgottenTopic<'a>>,
    /// Kafka's `RackId`.
    #[field(versions = "11+", ignorable)]
    pub rack_id: &'a str,
}

/// Kafka's `ReplicaState`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct ReplicaState {
    /// Kafka's `ReplicaId`.
    #[field(versions = "15+", default = -1)]
    pub replica_id: i32,
    /// Kafka's `ReplicaEpoch`.
    #[field(versions = "15+", default = -1)]
    pub replica_epoch: i64,
}

/// Kafka's `FetchTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct FetchTopic<'a> {
    /// Kafka's `Topic`.
    #[field(versions = "0-12", ignorable)]
    pub topic: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "13+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<FetchPartition>,
}

/// Kafka's `FetchPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct FetchPartition {
    /// Kafka's `Partition`.
    #[field(versions = "0+")]
    pub partition: i32,
    /// Kafka's `CurrentLeaderEpoch`.
    #[field(versions = "9+", default = -1, ignorable)]
    pub current_leader_epoch: i32,
    /// Kafka's `FetchOffset`.
    #[field(versions = "0+")]
    pub fetch_offset: i64,
    /// Kafka's `LastFetchedEpoch`.
    #[field(versions = "12+", default = -1)]
    pub last_fetched_epoch: i32,
    /// Kafka's `LogStartOffset`.
    #[field(versions = "5+", default = -1, ignorable)]
    pub log_start_offset: i64,
    /// Kafka's `PartitionMaxBytes`.
    #[field(versions = "0+")]
    pub partition_max_bytes: i32,
    /// Kafka's `ReplicaDirectoryId`.
    #[field(versions = "17+", tag = 0, ignorable)]
    pub replica_directory_id: Uuid,
    /// Kafka's `HighWatermark`.
    #[field(versions = "18+", tag = 1, default = 9223372036854775807, ignorable)]
    pub high_watermark: i64,
}

/// Kafka's `ForgottenTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct ForgottenTopic<'a> {
    /// Kafka's `Topic`.
    #[field(versions = "7-12", ignorable)]
    pub topic: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "13+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "7+")]
    pub partitions: Vec<i32>,
}
