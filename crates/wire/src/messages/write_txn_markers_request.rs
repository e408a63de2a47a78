//! `WriteTxnMarkersRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::WriteTxnMarkersResponse;

/// Kafka's `WriteTxnMarkersRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 27, versions = "1-2", flexible = "1+", response(WriteTxnMarkersResponse<'r>))]
pub struct WriteTxnMarkersRequest<'a> {
    /// Kafka's `Markers`.
    #[field(versions = "0+")]
    pub markers: Vec<WritableTxnMarker<'a>>,
}

/// Kafka's `WritableTxnMarker`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "1+")]
pub struct WritableTxnMarker<'a> {
    /// Kafka's `ProducerId`.
    #[field(versions = "0+")]
    pub producer_id: i64,
    /// Kafka's `ProducerEpoch`.
    #[field(versions = "0+")]
    pub producer_epoch: i16,
    /// Kafka's `TransactionResult`.
    #[field(versions = "0+")]
    pub transaction_result: bool,
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<WritableTxnMarkerTopic<'a>>,
    /// Kafka's `CoordinatorEpoch`.
    #[field(versions = "0+")]
    pub coordinator_epoch: i32,
    /// Kafka's `TransactionVersion`.
    #[field(versions = "2+", ignorable)]
    pub transaction_version: i8,
}

/// Kafka's `WritableTxnMarkerTopic`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-2", flexible = "1+")]
pub struct WritableTxnMarkerTopic<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `PartitionIndexes`.
    #[field(versions = "0+")]
    pub partition_indexes: Vec<i32>,
}
