//! Produce (API key 0), response: per partition, the offset the batch got or why it was refused.
//!
//! Versions 3 to 13, flexible from 9.
//!
//! - v4: the layout of the version before.
//! - v5: adds `responses.partition_responses.log_start_offset`; KIP-107.
//! - v6 to v7: the layout of the version before.
//! - v8: adds `responses.partition_responses.record_errors`,
//!   `responses.partition_responses.error_message`; single records are explained (KIP-467).
//! - v9: flexible.
//! - v10: adds `responses.partition_responses.current_leader`, `node_endpoints`; names the current
//!   leader (KIP-951).
//! - v11: may say TRANSACTION_ABORTABLE (KIP-890).
//! - v12: the layout of the version before.
//! - v13: adds `responses.topic_id`, drops `responses.name`; topics go by id; may say UNKNOWN_TOPIC_ID
//!   (KIP-516).

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Answers [`ProduceRequest`](super::ProduceRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 0, versions = "3-13", flexible = "9+")]
pub struct ProduceResponse<'a> {
    /// One entry per topic.
    #[field(versions = "0+")]
    pub responses: Vec<TopicProduceResponse<'a>>,
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// Where the brokers named above can be reached.
    #[field(versions = "10+", tag = 0)]
    pub node_endpoints: Vec<NodeEndpoint<'a>>,
}

/// One entry of [`ProduceResponse::responses`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct TopicProduceResponse<'a> {
    /// The name.
    #[field(versions = "0-12", ignorable)]
    pub name: &'a str,
    /// The topic's id.
    #[field(versions = "13+", ignorable)]
    pub topic_id: Uuid,
    /// One entry per partition.
    #[field(versions = "0+")]
    pub partition_responses: Vec<PartitionProduceResponse<'a>>,
}

/// One entry of [`TopicProduceResponse::partition_responses`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct PartitionProduceResponse<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub index: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The offset of the batch's first record.
    #[field(versions = "0+")]
    pub base_offset: i64,
    /// When the broker appended the batch, in milliseconds since 1970; -1 if the topic keeps the producer's
    /// timestamps.
    #[field(versions = "2+", default = -1, ignorable)]
    pub log_append_time_ms: i64,
    /// The first offset in the log, -1 if unknown.
    #[field(versions = "5+", default = -1, ignorable)]
    pub log_start_offset: i64,
    /// The records that made the broker refuse the batch.
    #[field(versions = "8+", ignorable)]
    pub record_errors: Vec<BatchIndexAndErrorMessage<'a>>,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "8+", nullable = "8+", default = null, ignorable)]
    pub error_message: Option<&'a str>,
    /// The partition's leader, where the sender seems not to know it.
    #[field(versions = "10+", tag = 0)]
    pub current_leader: LeaderIdAndEpoch,
}

/// One entry of [`PartitionProduceResponse::record_errors`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct BatchIndexAndErrorMessage<'a> {
    /// The record's position in the batch.
    #[field(versions = "8+")]
    pub batch_index: i32,
    /// What is wrong with the record; null if nothing is.
    #[field(versions = "8+", nullable = "8+", default = null)]
    pub batch_index_error_message: Option<&'a str>,
}

/// A partition's leader and its epoch.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct LeaderIdAndEpoch {
    /// The broker or controller that leads, -1 if none is known.
    #[field(versions = "10+", default = -1)]
    pub leader_id: i32,
    /// The leader epoch.
    #[field(versions = "10+", default = -1)]
    pub leader_epoch: i32,
}

/// Where a broker named above can be reached.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct NodeEndpoint<'a> {
    /// The node's id.
    #[field(versions = "10+")]
    pub node_id: i32,
    /// The host name or address.
    #[field(versions = "10+")]
    pub host: &'a str,
    /// The port.
    #[field(versions = "10+")]
    pub port: i32,
    /// The rack; null if unknown.
    #[field(versions = "10+", nullable = "10+", default = null)]
    pub rack: Option<&'a str>,
}
