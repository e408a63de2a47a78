//! ListTransactions (API key 66), request: asks which transactions a broker coordinates.
//!
//! Versions 0 to 2, flexible.
//!
//! - v1: adds `duration_filter`.
//! - v2: adds `transactional_id_pattern`.

use thalweg_wire_derive::Message;

use crate::messages::ListTransactionsResponse;

/// Asks which transactions a broker coordinates.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 66, versions = "0-2", flexible = "0+", response(ListTransactionsResponse<'r>))]
pub struct ListTransactionsRequest<'a> {
    /// The states to match; empty for any.
    #[field(versions = "0+")]
    pub state_filters: Vec<&'a str>,
    /// The producer ids to match; empty for any.
    #[field(versions = "0+")]
    pub producer_id_filters: Vec<i64>,
    /// Only transactions open for longer, in milliseconds; -1 for any.
    #[field(versions = "1+", default = -1)]
    pub duration_filter: i64,
    /// A regular expression for transactional ids; null for any.
    #[field(versions = "2+", nullable = "2+", default = null)]
    pub transactional_id_pattern: Option<&'a str>,
}
