//! `EndTransactionRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `EndTransactionRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 24, versions = "0", flexible = "0+")]
pub struct EndTransactionRecord {}
