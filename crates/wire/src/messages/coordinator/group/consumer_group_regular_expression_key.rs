//! `ConsumerGroupRegularExpressionKey`.

use thalweg_wire_derive::Message;

/// Kafka's `ConsumerGroupRegularExpressionKey`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 16, versions = "0")]
pub struct ConsumerGroupRegularExpressionKey<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0")]
    pub group_id: &'a str,
    /// Kafka's `RegularExpression`.
    #[field(versions = "0")]
    pub regular_expression: &'a str,
}
