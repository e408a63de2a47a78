//! `DescribeGroupsRequest`.

use thalweg_wire_derive::Message;

use crate::messages::DescribeGroupsResponse;

/// Kafka's `DescribeGroupsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 15, versions = "0-6", flexible = "5+", response(DescribeGroupsResponse<'r>))]
pub struct DescribeGroupsRequest<'a> {
    /// Kafka's `Groups`.
    #[field(versions = "0+")]
    pub groups: Vec<&'a str>,
    /// Kafka's `IncludeAuthorizedOperations`.
    #[field(versions = "3+")]
    pub include_authorized_operations: bool,
}
