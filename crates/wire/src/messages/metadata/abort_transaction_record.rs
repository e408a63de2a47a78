//! `AbortTransactionRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `AbortTransactionRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 25, versions = "0", flexible = "0+")]
pub struct AbortTransactionRecord<'a> {
    /// Kafka's `Reason`.
    #[field(versions = "0+", nullable = "0+", tag = 0, default = null)]
    pub reason: Option<&'a str>,
}
