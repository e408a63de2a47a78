//! `OffsetDeleteRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::OffsetDeleteResponse;

/// Kafka's `OffsetDeleteRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 47, versions = "0", response(OffsetDeleteResponse<'r>))]
pub struct OffsetDeleteRequest<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<OffsetDeleteRequestTopic<'a>>,
}

/// Kafka's `OffsetDeleteRequestTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0")]
pub struct OffsetDeleteRequestTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<OffsetDeleteRequestPartition>,
}

/// Kafka's `OffsetDeleteRequestPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0")]
pub struct OffsetDeleteRequestPartition {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
}
