//! ConsumerGroupRegularExpressionValue (record type 16): the topics a regular expression matched.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// The topics a regular expression matched.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(coordinator_value, key = 16, versions = "0", flexible = "0+")]
pub struct ConsumerGroupRegularExpressionValue<'a> {
    /// The topics.
    #[field(versions = "0+")]
    pub topics: Vec<&'a str>,
    /// The version.
    #[field(versions = "0+")]
    pub version: i64,
    /// A timestamp in milliseconds since 1970.
    #[field(versions = "0+")]
    pub timestamp: i64,
}
