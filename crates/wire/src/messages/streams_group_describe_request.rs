//! StreamsGroupDescribe (API key 89), request: asks for state, topology and members of Streams groups.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `include_topology_description`.

use thalweg_wire_derive::Message;

use crate::messages::StreamsGroupDescribeResponse;

/// Asks for state, topology and members of Streams groups.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 89, versions = "0-1", flexible = "0+", response(StreamsGroupDescribeResponse<'r>))]
pub struct StreamsGroupDescribeRequest<'a> {
    /// The groups.
    #[field(versions = "0+")]
    pub group_ids: Vec<&'a str>,
    /// Also say what the caller may do.
    #[field(versions = "0+")]
    pub include_authorized_operations: bool,
    /// Also send the description of the topology.
    #[field(versions = "1+")]
    pub include_topology_description: bool,
}
