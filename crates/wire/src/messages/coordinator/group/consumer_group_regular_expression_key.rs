//! ConsumerGroupRegularExpressionKey (record type 16): which regular expression of which consumer group
//! the value is of.
//!
//! Version 0, never flexible.

use thalweg_wire_derive::Message;

/// Which regular expression of which consumer group the value is of.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_key, key = 16, versions = "0")]
pub struct ConsumerGroupRegularExpressionKey<'a> {
    /// The group.
    #[field(versions = "0")]
    pub group_id: &'a str,
    /// The regular expression.
    #[field(versions = "0")]
    pub regular_expression: &'a str,
}
