//! `ConsumerGroupRegularExpressionValue`.

use thalweg_wire_derive::Message;

/// Kafka's `ConsumerGroupRegularExpressionValue`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 16, versions = "0", flexible = "0+")]
pub struct ConsumerGroupRegularExpressionValue<'a> {
    /// Kafka's `Topics`.
    #[field(versions = "0+")]
    pub topics: Vec<&'a str>,
    /// Kafka's `Version`.
    #[field(versions = "0+")]
    pub version: i64,
    /// Kafka's `Timestamp`.
    #[field(versions = "0+")]
    pub timestamp: i64,
}
