//! `NoOpRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `NoOpRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 20, versions = "0", flexible = "0+")]
pub struct NoOpRecord {}
