//! ConsumerProtocolAssignment: what the leader of a classic consumer group assigns to a member.
//!
//! Versions 0 to 3, never flexible.
//!
//! - v1 to v3: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

/// What the leader of a classic consumer group assigns to a member.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0-3")]
pub struct ConsumerProtocolAssignment<'a> {
    /// The partitions assigned.
    #[field(versions = "0+")]
    pub assigned_partitions: Vec<TopicPartition<'a>>,
    /// Data of the assignor.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub user_data: Option<&'a [u8]>,
}

/// One entry of [`ConsumerProtocolAssignment::assigned_partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-3")]
pub struct TopicPartition<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
