//! `TxnOffsetCommitRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::TxnOffsetCommitResponse};

/// Kafka's `TxnOffsetCommitRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 28, versions = "0-6", flexible = "3+", response(TxnOffsetCommitResponse<'r>))]
pub struct TxnOffsetCommitRequest<'a> {
    /// Kafka's `TransactionalId`.
    #[field(versions = "0+")]
    pub transactional_id: &'a str,
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `ProducerId`.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// Kafka's `ProducerEpoch`.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// Kafka's `GenerationIdOrMemberEpoch`.
    #[field(versions = "3+", default = -1)]
    pub generation_id_or_member_epoch: i32,
    /// Kafka's `MemberId`.
    #[field(versions = "3+")]
    pub member_id: &'a str,
    /// Kafka's `GroupInstanceId`.
    #[field(versions = "3+", nullable = "3+", default = null)]
    pub group_instance_id: Option<&'a str>,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<TxnOffsetCommitRequestTopic<'a>>,
}

/// Kafka's `TxnOffsetCommitRequestTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "3+")]
pub struct TxnOffsetCommitRequestTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0-5", ignorable)]
    pub name: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "6+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<TxnOffsetCommitRequestPartition<'a>>,
}

/// Kafka's `TxnOffsetCommitRequestPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-6", flexible = "3+")]
pub struct TxnOffsetCommitRequestPartition<'a> {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `CommittedOffset`.
    #[field(versions = "0+")]
    pub committed_offset: i64,
    /// Kafka's `CommittedLeaderEpoch`.
    #[field(versions = "2+", default = -1, ignorable)]
    pub committed_leader_epoch: i32,
    /// Kafka's `CommittedMetadata`.
    #[field(versions = "0+", nullable = "0+")]
    pub committed_metadata: Option<&'a str>,
}
