//! Fetch (API key 1), request: a consumer or follower asks for record batches, and may wait for them.
//!
//! Versions 4 to 18, flexible from 12.
//!
//! - v4: isolation levels and record batches of magic 2 (KIP-98); versions 0 to 3 went with Kafka 4.0.
//! - v5: adds `topics.partitions.log_start_offset`; log start offset (KIP-107).
//! - v6: the sender copes with KAFKA_STORAGE_ERROR (KIP-112).
//! - v7: adds `session_id`, `session_epoch`, `forgotten_topics_data`; fetch sessions (KIP-227).
//! - v8: throttling is answered before it is served (KIP-219).
//! - v9: adds `topics.partitions.current_leader_epoch`; leader epochs fence old readers (KIP-320).
//! - v10: zstd may be answered (KIP-110).
//! - v11: adds `rack_id`; reading from the nearest replica (KIP-392).
//! - v12: flexible, adds `cluster_id`, `topics.partitions.last_fetched_epoch`; epochs that diverged
//!   are found without a second request (KIP-595).
//! - v13: adds `topics.topic_id`, `forgotten_topics_data.topic_id`, drops `topics.topic`,
//!   `forgotten_topics_data.topic`; topics go by id (KIP-516).
//! - v14: the sender copes with OFFSET_MOVED_TO_TIERED_STORAGE (KIP-405).
//! - v15: adds `replica_state`, drops `replica_id`; the replica's epoch (KIP-903).
//! - v16: the answer may name the new leader (KIP-951).
//! - v17: adds `topics.partitions.replica_directory_id`; the follower's log directory (KIP-853).
//! - v18: adds `topics.partitions.high_watermark`; the follower's high watermark (KIP-1166).

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::FetchResponse};

/// A consumer or follower asks for record batches, and may wait for them.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 1, versions = "4-18", flexible = "12+", response(FetchResponse<'r>))]
pub struct FetchRequest<'a> {
    /// The cluster's id.
    #[field(versions = "12+", nullable = "12+", tag = 0, default = null, ignorable)]
    pub cluster_id: Option<&'a str>,
    /// The replica's node id, -1 for a client.
    #[field(versions = "0-14", default = -1)]
    pub replica_id: i32,
    /// Who the follower is.
    #[field(versions = "15+", tag = 1)]
    pub replica_state: ReplicaState,
    /// How long the broker may wait for records, in milliseconds.
    #[field(versions = "0+")]
    pub max_wait_ms: i32,
    /// How many bytes are worth an answer.
    #[field(versions = "0+")]
    pub min_bytes: i32,
    /// How many bytes at most.
    #[field(versions = "3+", default = 0x7fffffff, ignorable)]
    pub max_bytes: i32,
    /// 0 reads everything committed to the log, 1 only committed transactions.
    #[field(versions = "4+", ignorable)]
    pub isolation_level: i8,
    /// The fetch session, 0 for none.
    #[field(versions = "7+", ignorable)]
    pub session_id: i32,
    /// The fetch session's epoch: 0 opens one, -1 wants none.
    #[field(versions = "7+", default = -1, ignorable)]
    pub session_epoch: i32,
    /// What to fetch; in an incremental fetch only what changed.
    #[field(versions = "0+")]
    pub topics: Vec<FetchTopic<'a>>,
    /// What an incremental fetch no longer wants.
    #[field(versions = "7+")]
    pub forgotten_topics_data: Vec<ForgottenTopic<'a>>,
    /// The rack.
    #[field(versions = "11+", ignorable)]
    pub rack_id: &'a str,
}

/// The value of [`FetchRequest::replica_state`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct ReplicaState {
    /// The replica's node id, -1 for a client.
    #[field(versions = "15+", default = -1)]
    pub replica_id: i32,
    /// The replica's broker epoch.
    #[field(versions = "15+", default = -1)]
    pub replica_epoch: i64,
}

/// One entry of [`FetchRequest::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct FetchTopic<'a> {
    /// The topic's name.
    #[field(versions = "0-12", ignorable)]
    pub topic: &'a str,
    /// The topic's id.
    #[field(versions = "13+", ignorable)]
    pub topic_id: Uuid,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<FetchPartition>,
}

/// One entry of [`FetchTopic::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct FetchPartition {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
    /// The leader epoch the sender knows, -1 if it does not care.
    #[field(versions = "9+", default = -1, ignorable)]
    pub current_leader_epoch: i32,
    /// The first offset wanted.
    #[field(versions = "0+")]
    pub fetch_offset: i64,
    /// The leader epoch of the follower's last record, -1 if there is none.
    #[field(versions = "12+", default = -1)]
    pub last_fetched_epoch: i32,
    /// The first offset in the log, -1 if unknown.
    #[field(versions = "5+", default = -1, ignorable)]
    pub log_start_offset: i64,
    /// How many bytes of the partition at most; the first batch comes even if it is larger (KIP-74).
    #[field(versions = "0+")]
    pub partition_max_bytes: i32,
    /// The id of the replica's log directory.
    #[field(versions = "17+", tag = 0, ignorable)]
    pub replica_directory_id: Uuid,
    /// The high watermark: below it records are committed.
    #[field(versions = "18+", tag = 1, default = 9223372036854775807, ignorable)]
    pub high_watermark: i64,
}

/// One entry of [`FetchRequest::forgotten_topics_data`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "4-18", flexible = "12+")]
pub struct ForgottenTopic<'a> {
    /// The topic's name.
    #[field(versions = "7-12", ignorable)]
    pub topic: &'a str,
    /// The topic's id.
    #[field(versions = "13+", ignorable)]
    pub topic_id: Uuid,
    /// The partitions to forget.
    #[field(versions = "7+")]
    pub partitions: Vec<i32>,
}
