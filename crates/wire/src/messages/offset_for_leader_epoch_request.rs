//! `OffsetForLeaderEpochRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::OffsetForLeaderEpochResponse;

/// Kafka's `OffsetForLeaderEpochRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 23, versions = "2-4", flexible = "4+", response(OffsetForLeaderEpochResponse<'r>))]
pub struct OffsetForLeaderEpochRequest<'a> {
    /// Kafka's `ReplicaId`.
    #[field(versions = "3+", default = -2, ignorable)]
    pub replica_id: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<OffsetForLeaderTopic<'a>>,
}

/// Kafka's `OffsetForLeaderTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-4", flexible = "4+")]
pub struct OffsetForLeaderTopic<'a> {
    /// Kafka's `Topic`.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<OffsetForLeaderPartition>,
}

/// Kafka's `OffsetForLeaderPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-4", flexible = "4+")]
pub struct OffsetForLeaderPartition {
    /// Kafka's `Partition`.
    #[field(versions = "0+")]
    pub partition: i32,
    /// Kafka's `CurrentLeaderEpoch`.
    #[field(versions = "2+", default = -1, ignorable)]
    pub current_leader_epoch: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
}
