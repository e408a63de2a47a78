//! `StreamsGroupDescribeRequest`.

use thalweg_wire_derive::Message;

use crate::messages::StreamsGroupDescribeResponse;

/// Kafka's `StreamsGroupDescribeRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 89, versions = "0-1", flexible = "0+", response(StreamsGroupDescribeResponse<'r>))]
pub struct StreamsGroupDescribeRequest<'a> {
    /// Kafka's `GroupIds`.
    #[field(versions = "0+")]
    pub group_ids: Vec<&'a str>,
    /// Kafka's `IncludeAuthorizedOperations`.
    #[field(versions = "0+")]
    pub include_authorized_operations: bool,
    /// Kafka's `IncludeTopologyDescription`.
    #[field(versions = "1+")]
    pub include_topology_description: bool,
}
