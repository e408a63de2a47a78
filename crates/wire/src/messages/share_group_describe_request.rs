//! `ShareGroupDescribeRequest`.

use thalweg_wire_derive::Message;

use crate::messages::ShareGroupDescribeResponse;

/// Kafka's `ShareGroupDescribeRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 77, versions = "1", flexible = "0+", response(ShareGroupDescribeResponse<'r>))]
pub struct ShareGroupDescribeRequest<'a> {
    /// Kafka's `GroupIds`.
    #[field(versions = "0+")]
    pub group_ids: Vec<&'a str>,
    /// Kafka's `IncludeAuthorizedOperations`.
    #[field(versions = "0+")]
    pub include_authorized_operations: bool,
}
