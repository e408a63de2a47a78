//! DeleteGroups (API key 42), request: asks to delete empty groups.
//!
//! Versions 0 to 3, flexible from 2.
//!
//! - v1: the layout of the version before.
//! - v2: flexible.
//! - v3: the layout of the version before.

use thalweg_wire_derive::Message;

use crate::messages::DeleteGroupsResponse;

/// Asks to delete empty groups.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 42, versions = "0-3", flexible = "2+", response(DeleteGroupsResponse<'r>))]
pub struct DeleteGroupsRequest<'a> {
    /// The groups.
    #[field(versions = "0+")]
    pub groups_names: Vec<&'a str>,
}
