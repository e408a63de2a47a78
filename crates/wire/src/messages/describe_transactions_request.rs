//! `DescribeTransactionsRequest`.

use thalweg_wire_derive::Message;

use crate::messages::DescribeTransactionsResponse;

/// Kafka's `DescribeTransactionsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 65, versions = "0", flexible = "0+", response(DescribeTransactionsResponse<'r>))]
pub struct DescribeTransactionsRequest<'a> {
    /// Kafka's `TransactionalIds`.
    #[field(versions = "0+")]
    pub transactional_ids: Vec<&'a str>,
}
