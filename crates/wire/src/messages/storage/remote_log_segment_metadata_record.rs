//! `RemoteLogSegmentMetadataRecord`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `RemoteLogSegmentMetadataRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 0, versions = "0", flexible = "0+")]
pub struct RemoteLogSegmentMetadataRecord<'a> {
    /// Kafka's `RemoteLogSegmentId`.
    #[field(versions = "0+")]
    pub remote_log_segment_id: RemoteLogSegmentIdEntry<'a>,
    /// Kafka's `StartOffset`.
    #[field(versions = "0+")]
    pub start_offset: i64,
    /// Kafka's `EndOffset`.
    #[field(versions = "0+")]
    pub end_offset: i64,
    /// Kafka's `BrokerId`.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// Kafka's `MaxTimestampMs`.
    #[field(versions = "0+")]
    pub max_timestamp_ms: i64,
    /// Kafka's `EventTimestampMs`.
    #[field(versions = "0+")]
    pub event_timestamp_ms: i64,
    /// Kafka's `SegmentLeaderEpochs`.
    #[field(versions = "0+")]
    pub segment_leader_epochs: Vec<SegmentLeaderEpochEntry>,
    /// Kafka's `SegmentSizeInBytes`.
    #[field(versions = "0+")]
    pub segment_size_in_bytes: i32,
    /// Kafka's `CustomMetadata`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub custom_metadata: Option<&'a [u8]>,
    /// Kafka's `RemoteLogSegmentState`.
    #[field(versions = "0+")]
    pub remote_log_segment_state: i8,
    /// Kafka's `TxnIndexEmpty`.
    #[field(versions = "0+", tag = 0)]
    pub txn_index_empty: bool,
}

/// Kafka's `RemoteLogSegmentIdEntry`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct RemoteLogSegmentIdEntry<'a> {
    /// Kafka's `TopicIdPartition`.
    #[field(versions = "0+")]
    pub topic_id_partition: TopicIdPartitionEntry<'a>,
    /// Kafka's `Id`.
    #[field(versions = "0+")]
    pub id: Uuid,
}

/// Kafka's `TopicIdPartitionEntry`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicIdPartitionEntry<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Id`.
    #[field(versions = "0+")]
    pub id: Uuid,
    /// Kafka's `Partition`.
    #[field(versions = "0+")]
    pub partition: i32,
}

/// Kafka's `SegmentLeaderEpochEntry`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct SegmentLeaderEpochEntry {
    /// Kafka's `LeaderEpoch`.
    #[field(versions = "0+")]
    pub leader_epoch: i32,
    /// Kafka's `Offset`.
    #[field(versions = "0+")]
    pub offset: i64,
}
