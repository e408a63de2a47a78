//! `ListConfigResourcesRequest`.

use thalweg_wire_derive::Message;

use crate::messages::ListConfigResourcesResponse;

/// Kafka's `ListConfigResourcesRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 74, versions = "0-1", flexible = "0+", response(ListConfigResourcesResponse<'r>))]
pub struct ListConfigResourcesRequest {
    /// Kafka's `ResourceTypes`.
    #[field(versions = "1+")]
    pub resource_types: Vec<i8>,
}
