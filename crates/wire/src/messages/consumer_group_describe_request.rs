//! `ConsumerGroupDescribeRequest`.

use thalweg_wire_derive::Message;

use crate::messages::ConsumerGroupDescribeResponse;

/// Kafka's `ConsumerGroupDescribeRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 69, versions = "0-1", flexible = "0+", response(ConsumerGroupDescribeResponse<'r>))]
pub struct ConsumerGroupDescribeRequest<'a> {
    /// Kafka's `GroupIds`.
    #[field(versions = "0+")]
    pub group_ids: Vec<&'a str>,
    /// Kafka's `IncludeAuthorizedOperations`.
    #[field(versions = "0+")]
    pub include_authorized_operations: bool,
}
