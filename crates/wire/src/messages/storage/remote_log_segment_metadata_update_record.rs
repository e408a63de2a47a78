//! RemoteLogSegmentMetadataUpdateRecord (record type 1): a remote segment's state changed.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// A remote segment's state changed.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 1, versions = "0", flexible = "0+")]
pub struct RemoteLogSegmentMetadataUpdateRecord<'a> {
    /// The segment.
    #[field(versions = "0+")]
    pub remote_log_segment_id: RemoteLogSegmentIdEntry<'a>,
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// When it happened, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub event_timestamp_ms: i64,
    /// What the storage plugin keeps for the segment.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub custom_metadata: Option<&'a [u8]>,
    /// The segment's state, as Kafka numbers them.
    #[field(versions = "0+")]
    pub remote_log_segment_state: i8,
}

/// The value of [`RemoteLogSegmentMetadataUpdateRecord::remote_log_segment_id`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct RemoteLogSegmentIdEntry<'a> {
    /// The partition.
    #[field(versions = "0+")]
    pub topic_id_partition: TopicIdPartitionEntry<'a>,
    /// The id.
    #[field(versions = "0+")]
    pub id: Uuid,
}

/// The value of [`RemoteLogSegmentIdEntry::topic_id_partition`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicIdPartitionEntry<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The id.
    #[field(versions = "0+")]
    pub id: Uuid,
    /// The partition number.
    #[field(versions = "0+")]
    pub partition: i32,
}
