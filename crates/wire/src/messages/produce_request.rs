//! `ProduceRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::{RecordsField, Uuid, messages::ProduceResponse};

/// Kafka's `ProduceRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 0, versions = "3-13", flexible = "9+", response(ProduceResponse<'r>))]
pub struct ProduceRequest<'a> {
    /// Kafka's `TransactionalId`.
    #[field(versions = "3+", nullable = "3+", default = null)]
    pub transactional_id: Option<&'a str>,
    /// Kafka's `Acks`.
    #[field(versions = "0+")]
    pub acks: i16,
    /// Kafka's `TimeoutMs`.
    #[field(versions = "0+")]
    pub timeout_ms: i32,
    /// Kafka's `TopicData`.
    #[field(versions = "0+")]
    pub topic_data: Vec<TopicProduceData<'a>>,
}

/// Kafka's `TopicProduceData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct TopicProduceData<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0-12", ignorable)]
    pub name: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "13+", ignorable)]
    pub topic_id: Uuid,
    /// Kafka's `PartitionData`.
    #[field(versions = "0+")]
    pub partition_data: Vec<PartitionProduceData<'a>>,
}

/// Kafka's `PartitionProduceData`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "3-13", flexible = "9+")]
pub struct PartitionProduceData<'a> {
    /// Kafka's `Index`.
    #[field(versions = "0+")]
    pub index: i32,
    /// Kafka's `Records`.
    #[field(versions = "0+", nullable = "0+")]
    pub records: Option<RecordsField<'a>>,
}
