//! Produce (API key 0), request: a producer hands in record batches, one per partition.
//!
//! Versions 3 to 13, flexible from 9.
//!
//! - v3: record batches of magic 2 and transactions (KIP-98); versions 0 to 2 went with Kafka 4.0, but
//!   brokers still advertise 0, or librdkafka stops compressing (KAFKA-18659).
//! - v4: the sender copes with KAFKA_STORAGE_ERROR (KIP-112).
//! - v5 to v6: the layout of the version before.
//! - v7: zstd may be used (KIP-110).
//! - v8: the answer explains single records (KIP-467).
//! - v9: flexible.
//! - v10: the answer may name the new leader (KIP-951).
//! - v11: the sender copes with TRANSACTION_ABORTABLE (KIP-890).
//! - v12: in a transaction it also adds the partition (KIP-890, transaction.version 2).
//! - v13: adds `topic_data.topic_id`, drops `topic_data.name`; topics go by id (KIP-516).

use thalweg_wire_derive::{Message, Part};

use crate::{RecordsField, Uuid, messages::ProduceResponse};

/// A producer hands in record batches, one per partition.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 0, versions = "3-13", flexible = "9+", response(ProduceResponse<'r>))]
pub struct ProduceRequest<'a> {
    /// The transactional id; null outside transactions.
    #[field(versions = "3+", nullable = "3+", default = null)]
    pub transactional_id: Option<&'a str>,
    /// When to answer: 0 never, 1 once the leader has the batch, -1 once all in-sync replicas have it.
    #[field(versions = "0+")]
    pub acks: i16,
    /// How long the leader may wait for the in-sync replicas, in milliseconds.
    #[field(versions = "0+")]
    pub timeout_ms: i32,
    /// Record batches by topic.
    #[field(versions = "0+")]
    pub topic_data: Vec<TopicProduceData<'a>>,
}

/// One entry of [`ProduceRequest::topic_data`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct TopicProduceData<'a> {
    /// The name.
    #[field(versions = "0-12", ignorable)]
    pub name: &'a str,
    /// The topic's id.
    #[field(versions = "13+", ignorable)]
    pub topic_id: Uuid,
    /// Record batches by partition.
    #[field(versions = "0+")]
    pub partition_data: Vec<PartitionProduceData<'a>>,
}

/// One entry of [`TopicProduceData::partition_data`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct PartitionProduceData<'a> {
    /// The partition number.
    #[field(versions = "0+")]
    pub index: i32,
    /// One record batch of magic 2.
    #[field(versions = "0+", nullable = "0+")]
    pub records: Option<RecordsField<'a>>,
}
