//! ListConfigResources (API key 74), request: asks which resources have configuration of their own.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `resource_types`.

use thalweg_wire_derive::Message;

use crate::messages::ListConfigResourcesResponse;

/// Asks which resources have configuration of their own.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 74, versions = "0-1", flexible = "0+", response(ListConfigResourcesResponse<'r>))]
pub struct ListConfigResourcesRequest {
    /// The kinds of resources; empty for all.
    #[field(versions = "1+")]
    pub resource_types: Vec<i8>,
}
