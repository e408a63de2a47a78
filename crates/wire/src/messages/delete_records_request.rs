//! `DeleteRecordsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DeleteRecordsResponse;

/// Kafka's `DeleteRecordsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 21, versions = "0-2", flexible = "2+", response(DeleteRecordsResponse<'r>))]
pub struct DeleteRecordsRequest<'a> {
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<DeleteRecordsTopic<'a>>,
    /// Kafka's `TimeoutMs`.
    #[field(versions = "0+")]
    pub timeout_ms: i32,
}

/// Kafka's `DeleteRecordsTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct DeleteRecordsTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<DeleteRecordsPartition>,
}

/// Kafka's `DeleteRecordsPartition`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct DeleteRecordsPartition {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `Offset`.
    #[field(versions = "0+")]
    pub offset: i64,
}
