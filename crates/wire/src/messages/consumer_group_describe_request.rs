//! ConsumerGroupDescribe (API key 69), request: asks for state and members of KIP-848 consumer groups.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: the layout of the version before.

use thalweg_wire_derive::Message;

use crate::messages::ConsumerGroupDescribeResponse;

/// Asks for state and members of KIP-848 consumer groups.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 69, versions = "0-1", flexible = "0+", response(ConsumerGroupDescribeResponse<'r>))]
pub struct ConsumerGroupDescribeRequest<'a> {
    /// The groups.
    #[field(versions = "0+")]
    pub group_ids: Vec<&'a str>,
    /// Also say what the caller may do.
    #[field(versions = "0+")]
    pub include_authorized_operations: bool,
}
