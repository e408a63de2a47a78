//! `BeginTransactionRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `BeginTransactionRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 23, versions = "0", flexible = "0+")]
pub struct BeginTransactionRecord<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+", nullable = "0+", tag = 0, default = null)]
    pub name: Option<&'a str>,
}
