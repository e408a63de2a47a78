//! `ResponseHeader`.

use thalweg_wire_derive::Message;

/// Kafka's `ResponseHeader`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(header, versions = "0-1", flexible = "1+")]
pub struct ResponseHeader {
    /// Kafka's `CorrelationId`.
    #[field(versions = "0+")]
    pub correlation_id: i32,
}
