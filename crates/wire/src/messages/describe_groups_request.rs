//! DescribeGroups (API key 15), request: asks for state and members of classic groups.
//!
//! Versions 0 to 6, flexible from 5.
//!
//! - v1 to v2: the layout of the version before.
//! - v3: adds `include_authorized_operations`.
//! - v4: the layout of the version before.
//! - v5: flexible.
//! - v6: the layout of the version before.

use thalweg_wire_derive::Message;

use crate::messages::DescribeGroupsResponse;

/// Asks for state and members of classic groups.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 15, versions = "0-6", flexible = "5+", response(DescribeGroupsResponse<'r>))]
pub struct DescribeGroupsRequest<'a> {
    /// The groups.
    #[field(versions = "0+")]
    pub groups: Vec<&'a str>,
    /// Also say what the caller may do.
    #[field(versions = "3+")]
    pub include_authorized_operations: bool,
}
