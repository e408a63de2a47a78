//! `ListTransactionsRequest`.

use thalweg_wire_derive::Message;

use crate::messages::ListTransactionsResponse;

/// Kafka's `ListTransactionsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 66, versions = "0-2", flexible = "0+", response(ListTransactionsResponse<'r>))]
pub struct ListTransactionsRequest<'a> {
    /// Kafka's `StateFilters`.
    #[field(versions = "0+")]
    pub state_filters: Vec<&'a str>,
    /// Kafka's `ProducerIdFilters`.
    #[field(versions = "0+")]
    pub producer_id_filters: Vec<i64>,
    /// Kafka's `DurationFilter`.
    #[field(versions = "1+", default = -1)]
    pub duration_filter: i64,
    /// Kafka's `TransactionalIdPattern`.
    #[field(versions = "2+", nullable = "2+", default = null)]
    pub transactional_id_pattern: Option<&'a str>,
}
