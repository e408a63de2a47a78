//! `WriteTxnMarkersResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `WriteTxnMarkersResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 27, versions = "1-2", flexible = "1+")]
pub struct WriteTxnMarkersResponse<'a> {
    /// Kafka's `Markers`.
    #[field(versions = "0+")]
    pub markers: Vec<WritableTxnMarkerResult<'a>>,
}

/// Kafka's `WritableTxnMarkerResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "1+")]
pub struct WritableTxnMarkerResult<'a> {
    /// Kafka's `ProducerId`.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<WritableTxnMarkerTopicResult<'a>>,
}

/// Kafka's `WritableTxnMarkerTopicResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "1+")]
pub struct WritableTxnMarkerTopicResult<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Partitions`.
    #[field(versions = "0+")]
    pub partitions: Vec<WritableTxnMarkerPartitionResult>,
}

/// Kafka's `WritableTxnMarkerPartitionResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "1+")]
pub struct WritableTxnMarkerPartitionResult {
    /// Kafka's `PartitionIndex`.
    #[field(versions = "0+")]
    pub partition_index: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
}
