//! ConsumerProtocolSubscription: what a classic consumer tells its group of its subscription.
//!
//! Versions 0 to 3, never flexible.
//!
//! - v1: adds `owned_partitions`.
//! - v2: adds `generation_id`.
//! - v3: adds `rack_id`.

use thalweg_wire_derive::{Message, Part};

/// What a classic consumer tells its group of its subscription.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(data, versions = "0-3")]
pub struct ConsumerProtocolSubscription<'a> {
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<&'a str>,
    /// Data of the assignor.
    #[field(versions = "0+", nullable = "0+", default = null)]
    pub user_data: Option<&'a [u8]>,
    /// The partitions the member has.
    #[field(versions = "1+", ignorable)]
    pub owned_partitions: Vec<TopicPartition<'a>>,
    /// The group's generation.
    #[field(versions = "2+", default = -1, ignorable)]
    pub generation_id: i32,
    /// The rack.
    #[field(versions = "3+", nullable = "3+", default = null, ignorable)]
    pub rack_id: Option<&'a str>,
}

/// One entry of [`ConsumerProtocolSubscription::owned_partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-3")]
pub struct TopicPartition<'a> {
    /// The topic's name.
    #[field(versions = "1+")]
    pub topic: &'a str,
    /// The partition numbers.
    #[field(versions = "1+")]
    pub partitions: Vec<i32>,
}
