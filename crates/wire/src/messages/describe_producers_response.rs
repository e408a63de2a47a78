//! DescribeProducers (API key 61), response: per partition, the producers whose state it keeps.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

/// Answers [`DescribeProducersRequest`](super::DescribeProducersRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 61, versions = "0", flexible = "0+")]
pub struct DescribeProducersResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<TopicResponse<'a>>,
}

/// One entry of [`DescribeProducersResponse::topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicResponse<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The partitions.
    #[field(versions = "0+")]
    pub partitions: Vec<PartitionResponse<'a>>,
}

/// One entry of [`TopicResponse::partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct PartitionResponse<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub error_message: Option<&'a str>,
    /// The producers.
    #[field(versions = "0+")]
    pub active_producers: Vec<ProducerState>,
}

/// One entry of [`PartitionResponse::active_producers`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ProducerState {
    /// The producer id.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// The producer's epoch.
    #[field(versions = "0+")]
    pub producer_epoch: i32,
    /// The last sequence number.
    #[field(versions = "0+", default = -1)]
    pub last_sequence: i32,
    /// The timestamp of the producer's last batch.
    #[field(versions = "0+", default = -1)]
    pub last_timestamp: i64,
    /// The coordinator's epoch.
    #[field(versions = "0+")]
    pub coordinator_epoch: i32,
    /// Where the open transaction begins, -1 if none is open.
    #[field(versions = "0+", default = -1)]
    pub current_txn_start_offset: i64,
}
