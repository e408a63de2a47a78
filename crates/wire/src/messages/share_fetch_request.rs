//! `ShareFetchRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::ShareFetchResponse};

/// Kafka's `ShareFetchRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 78, versions = "1-2", flexible = "0+", response(ShareFetchResponse<'r>))]
pub struct ShareFetchRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub group_id: Option<&'a str>,
    /// Kafka's `MemberId`.
    #[field(versions = "0+", nullable = "0+")]
    pub member_id: Option<&'a str>,
    /// Kafka's `ShareSessionEpoch`.
    #[field(versions = "0+")]
    pub share_session_epoch: i32,
    /// Kafka's `MaxWaitMs`.
    #[field(versions = "0+")]
    pub max_wait_ms: i32,
    /// Kafka's `MinBytes`.
    #[field(versions = "0+")]
    pub min_bytes: i32,
    /// Kafka's `MaxBytes`.
    #[field(versions = "0+", default = 0x7fffffff)]
    pub max_bytes: i32,
    /// Kafka's `MaxRecords`.
    #[field(versions = "1+")]
    pub max_records: i32,
    /// Kafka's `BatchSize`.
    #[field(versions = "1+")]
    pub batch_size: i32,
    /// Kafka's `ShareAcquireMode`.
    #[field(versions = "2+", ignorable)]
    pub share_acquire_mode: i8,
    /// Kafka's `IsRenewAck`.
    #[field(versions = "2+")]
    pub is_renew_ack: bool,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<FetchTopic>,
    /// Kafka's `ForgottenTopicsData`.
    #[field(versions = "0+")]
    pub forgotten_topics_data: Vec<ForgottenTopic>,
}

/// Kafka's `FetchTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct FetchTopic {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<FetchPartition>,
}

/// Kafka's `FetchPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct FetchPartition {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `PartitionMaxBytes`.
    #[field(versions = "0")]
    pub partition_max_bytes: i32,
    /// Kafka's `AcknowledgementBatches`.
    #[field(versions = "0+")]
    pub acknowledgement_batches: Vec<AcknowledgementBatch>,
}

/// Kafka's `AcknowledgementBatch`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct AcknowledgementBatch {
    /// Kafka's `FirstOffset`.
    #[field(versions = "0+")]
    pub first_offset: i64,
    /// Kafka's `LastOffset`.
    #[field(versions = "0+")]
    pub last_offset: i64,
    /// Kafka's `AcknowledgeTypes`.
    #[field(versions = "0+")]
    pub acknowledge_types: Vec<i8>,
}

/// Kafka's `ForgottenTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct ForgottenTopic {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
