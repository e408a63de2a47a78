//! `ShareSnapshotKey`.

use thalweg_wire_derive::Message;

use crate::Uuid;

/// Kafka's `ShareSnapshotKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 0, versions = "0")]
pub struct ShareSnapshotKey<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0")]
    pub group_id: &'a str,
    /// Kafka's `TopicId`.
    #[field(versions = "0")]
    pub topic_id: Uuid,
    /// Kafka's `Partition`.
    #[field(versions = "0")]
    pub partition: i32,
}
