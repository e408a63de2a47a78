//! `OffsetForLeaderEpochResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `OffsetForLeaderEpochResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 23, versions = "2-4", flexible = "4+")]
pub struct OffsetForLeaderEpochResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "2+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<OffsetForLeaderTopicResult<'a>>,
}

/// Kafka's `OffsetForLeaderTopicResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-4", flexible = "4+")]
pub struct OffsetForLeaderTopicResult<'a> {
    /// Kafka's `Topic`.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<EpochEndOffset>,
}

/// Kafka's `EpochEndOffset`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "2-4", flexible = "4+")]
pub struct EpochEndOffset {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `Partition`.
    #[field(versions = "0+")]
    pub partition: i32,
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "1+", default = -1, ignorable)]
    pub leader_epoch: i32,
    /// Kafka's `EndOffset`.
    #[field(versions = "0+", default = -1)]
    pub end_offset: i64,
}
