//! `DeleteGroupsRequest`.

use thalweg_wire_derive::Message;

use crate::messages::DeleteGroupsResponse;

/// Kafka's `DeleteGroupsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 42, versions = "0-3", flexible = "2+", response(DeleteGroupsResponse<'r>))]
pub struct DeleteGroupsRequest<'a> {
    /// Kafka's `GroupsNames`.
    #[field(versions = "0+")]
    pub groups_names: Vec<&'a str>,
}
