//! `ListGroupsRequest`.

use thalweg_wire_derive::Message;

use crate::messages::ListGroupsResponse;

/// Kafka's `ListGroupsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 16, versions = "0-5", flexible = "3+", response(ListGroupsResponse<'r>))]
pub struct ListGroupsRequest<'a> {
    /// Kafka's `StatesFilter`.
    #[field(versions = "4+")]
    pub states_filter: Vec<&'a str>,
    /// Kafka's `TypesFilter`.
    #[field(versions = "5+")]
    pub types_filter: Vec<&'a str>,
}
