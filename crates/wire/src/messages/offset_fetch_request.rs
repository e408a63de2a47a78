//! `OffsetFetchRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{Uuid, messages::OffsetFetchResponse};

/// Kafka's `OffsetFetchRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 9, versions = "1-10", flexible = "6+", response(OffsetFetchResponse<'r>))]
pub struct OffsetFetchRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0-7")]
    pub group_id: &'a str,
    /// Kafka's `Topics`.
    #[field(versions = "0-7", nullable = "2-7")]
    pub topics: Option<Vec<OffsetFetchRequestTopic<'a>>>,
    /// Kafka's `Groups`.
    #[field(versions = "8+")]
    pub groups: Vec<OffsetFetchRequestGroup<'a>>,
    /// Kafka's `RequireStable`.
    #[field(versions = "7+")]
    pub require_stable: bool,
}

/// Kafka's `OffsetFetchRequestTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchRequestTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0-7")]
    pub name: &'a str,
    /// Kafka's `PartitionIndexes`.
    #[field(versions = "0-7")]
    pub partition_indexes: Vec<i32>,
}

/// Kafka's `OffsetFetchRequestGroup`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchRequestGroup<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "8+")]
    pub group_id: &'a str,
    /// Kafka's `MemberId`.
    #[field(versions = "9+", nullable = "9+", default = null, ignorable)]
    pub member_id: Option<&'a str>,
    /// Kafka's `MemberEpoch`.
    #[field(versions = "9+", default = -1, ignorable)]
    pub member_epoch: i32,
    /// Kafka's `Topics`.
    #[field(versions = "8+", nullable = "8+")]
    pub topics: Option<Vec<OffsetFetchRequestTopics<'a>>>,
}

/// Kafka's `OffsetFetchRequestTopics`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-10", flexible = "6+")]
pub struct OffsetFetchRequestTopics<'a> {
    /// Kafka's `Name`.
    #[field(versions = "8-9", ignorable)]
    pub name: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "10+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `PartitionIndexes`.
    #[field(versions = "8+")]
    pub partition_indexes: Vec<i32>,
}
