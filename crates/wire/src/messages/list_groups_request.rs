//! ListGroups (API key 16), request: asks which groups a broker coordinates.
//!
//! Versions 0 to 5, flexible from 3.
//!
//! - v1 to v2: the layout of the version before.
//! - v3: flexible.
//! - v4: adds `states_filter`.
//! - v5: adds `types_filter`.

use thalweg_wire_derive::Message;

use crate::messages::ListGroupsResponse;

/// Asks which groups a broker coordinates.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 16, versions = "0-5", flexible = "3+", response(ListGroupsResponse<'r>))]
pub struct ListGroupsRequest<'a> {
    /// The states to match; empty for any.
    #[field(versions = "4+")]
    pub states_filter: Vec<&'a str>,
    /// The group types to match; empty for any.
    #[field(versions = "5+")]
    pub types_filter: Vec<&'a str>,
}
