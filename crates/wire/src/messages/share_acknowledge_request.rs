//! `ShareAcknowledgeRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::ShareAcknowledgeResponse};

/// Kafka's `ShareAcknowledgeRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 79, versions = "1-2", flexible = "0+", response(ShareAcknowledgeResponse<'r>))]
pub struct ShareAcknowledgeRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub group_id: Option<&'a str>,
    /// Kafka's `MemberId`.
    #[field(versions = "0+", nullable = "0+")]
    pub member_id: Option<&'a str>,
    /// Kafka's `ShareSessionEpoch`.
    #[field(versions = "0+")]
    pub share_session_epoch: i32,
    /// Kafka's `IsRenewAck`.
    #[field(versions = "2+")]
    pub is_renew_ack: bool,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<AcknowledgeTopic>,
}

/// Kafka's `AcknowledgeTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct AcknowledgeTopic {
    /// Kafka's `TopicId`.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<AcknowledgePartition>,
}

/// Kafka's `AcknowledgePartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "0+")]
pub struct AcknowledgePartition {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
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
