//! RemotePartitionDeleteMetadataRecord (record type 2): how far the deletion of a partition's remote
//! segments is.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// How far the deletion of a partition's remote segments is.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 2, versions = "0", flexible = "0+")]
pub struct RemotePartitionDeleteMetadataRecord<'a> {
    /// The partition.
    #[field(versions = "0+")]
    pub topic_id_partition: TopicIdPartitionEntry<'a>,
    /// The broker's id.
    #[field(versions = "0+")]
    pub broker_id: i32,
    /// When it happened, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub event_timestamp_ms: i64,
    /// How far the deletion is, as Kafka numbers it.
    #[field(versions = "0+")]
    pub remote_partition_delete_state: i8,
}

/// The value of [`RemotePartitionDeleteMetadataRecord::topic_id_partition`].
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
