//! `TransactionLogKey`.

use thalweg_wire_derive::Message;

/// Kafka's `TransactionLogKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 0, versions = "0")]
pub struct TransactionLogKey<'a> {
    /// Kafka's `TransactionalId`.
    #[field(versions = "0")]
    pub transactional_id: &'a str,
}
