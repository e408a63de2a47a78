//! DescribeTransactions (API key 65), request: asks for the state of transactions.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

use crate::messages::DescribeTransactionsResponse;

/// Asks for the state of transactions.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 65, versions = "0", flexible = "0+", response(DescribeTransactionsResponse<'r>))]
pub struct DescribeTransactionsRequest<'a> {
    /// The transactional ids.
    #[field(versions = "0+")]
    pub transactional_ids: Vec<&'a str>,
}
