//! ElectLeaders (API key 43), request: asks for leader elections of partitions.
//!
//! Versions 0 to 2, flexible from 2.
//!
//! - v1: adds `election_type`.
//! - v2: flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::ElectLeadersResponse;

/// Asks for leader elections of partitions.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 43, versions = "0-2", flexible = "2+", response(ElectLeadersResponse<'r>))]
pub struct ElectLeadersRequest<'a> {
    /// 0 preferred, 1 unclean.
    #[field(versions = "1+")]
    pub election_type: i8,
    /// The partitions; null for all.
    #[field(versions = "0+", nullable = "0+")]
    pub topic_partitions: Option<Vec<TopicPartitions<'a>>>,
    /// How long the operation may take, in milliseconds.
    #[field(versions = "0+", default = 60000)]
    pub timeout_ms: i32,
}

/// One entry of [`ElectLeadersRequest::topic_partitions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct TopicPartitions<'a> {
    /// The topic's name.
    #[field(versions = "0+")]
    pub topic: &'a str,
    /// The partition numbers.
    #[field(versions = "0+")]
    pub partitions: Vec<i32>,
}
