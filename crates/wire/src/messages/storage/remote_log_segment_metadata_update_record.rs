//! `RemoteLogSegmentMetadataUpdateRecord`.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Kafka's `RemoteLogSegmentMetadataUpdateRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 1, versions = "0", flexible = "0+")]
pub struct RemoteLogSegmentMetadataUpdateRecord<'a> {
    /// Kafka's `RemoteLogSegmentId`.
    #[field(versions = "0+")]
    pub remote_log_segment_id: RemoteLogSegmentIdEntry<'a>,
    /// Kafka's `BrokerId`.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// Kafka's `EventTimestampMs`.
    #[field(versions = "0+")]
    pub event_timestamp_ms: i64,
    /// Kafka's `CustomMetadata`.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub custom_metadata: Option<&'a [u8]>,
    /// Kafka's `RemoteLogSegmentState`.
    #[field(versions = "0+")]
    pub remote_log_segment_state: i8,
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
