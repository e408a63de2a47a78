//! ShareGroupStatePartitionMetadataValue (record type 15): which topics of a share group have delivery
//! state, get it or lose it.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::Uuid;

/// Which topics of a share group have delivery state, get it or lose it.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 15, versions = "0", flexible = "0+")]
pub struct ShareGroupStatePartitionMetadataValue<'a> {
    /// Topics whose delivery state is being made.
    #[field(versions = "0+")]
    pub initializing_topics: Vec<TopicPartitionsInfo<'a>>,
    /// Topics that have delivery state.
    #[field(versions = "0+")]
    pub initialized_topics: Vec<TopicPartitionsInfo<'a>>,
    /// Topics whose delivery state is being deleted.
    #[field(versions = "0+")]
    pub deleting_topics: Vec<TopicInfo<'a>>,
}

/// One entry of `ShareGroupStatePartitionMetadataValue.initializing_topics`,
/// `ShareGroupStatePartitionMetadataValue.initialized_topics`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicPartitionsInfo<'a> {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}

/// One entry of [`ShareGroupStatePartitionMetadataValue::deleting_topics`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct TopicInfo<'a> {
    /// The topic's id.
    #[field(versions = "0+")]
    pub topic_id: Uuid,
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic_name: &'a str,
}
