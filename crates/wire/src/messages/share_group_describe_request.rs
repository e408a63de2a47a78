//! ShareGroupDescribe (API key 77), request: asks for state and members of share groups.
//!
//! Version 1, flexible.

use thalweg_wire_derive::Message;

use crate::messages::ShareGroupDescribeResponse;

/// Asks for state and members of share groups.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 77, versions = "1", flexible = "0+", response(ShareGroupDescribeResponse<'r>))]
pub struct ShareGroupDescribeRequest<'a> {
    /// The groups.
    #[field(versions = "0+")]
    pub group_ids: Vec<&'a str>,
    /// Also say what the caller may do.
    #[field(versions = "0+")]
    pub include_authorized_operations: bool,
}
