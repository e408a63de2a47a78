//! `OffsetCommitRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::OffsetCommitResponse};

/// Kafka's `OffsetCommitRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 8, versions = "2-10", flexible = "8+", response(OffsetCommitResponse<'r>))]
pub struct OffsetCommitRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `GenerationIdOrMemberEpoch`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub generation_id_or_member_epoch: i32,
    /// Kafka's `MemberId`.
    #[field(versions = "1+", ignorable)]
    pub member_id: &'a str,
    /// Kafka's `GroupInstanceId`.
    #[field(versions = "7+", nullable = "7+", default = null)]
    pub group_instance_id: Option<&'a str>,
    /// Kafka's `RetentionTimeMs`.
    #[field(versions = "2-4", default = -1, ignorable)]
    pub retention_time_ms: i64,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<OffsetCommitRequestTopic<'a>>,
}

/// Kafka's `OffsetCommitRequestTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-10", flexible = "8+")]
pub struct OffsetCommitRequestTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0-9", ignorable)]
    pub name: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "10+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<OffsetCommitRequestPartition<'a>>,
}

/// Kafka's `OffsetCommitRequestPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-10", flexible = "8+")]
pub struct OffsetCommitRequestPartition<'a> {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `CommittedOffset`.
    #[field(versions = "0+")]
    pub committed_offset: i64,
    /// Kafka's `CommittedLeaderEpoch`.
    #[field(versions = "6+", default = -1, ignorable)]
    pub committed_leader_epoch: i32,
    /// Kafka's `CommittedMetadata`.
    #[field(versions = "0+", nullable = "0+")]
    pub committed_metadata: Option<&'a str>,
}
