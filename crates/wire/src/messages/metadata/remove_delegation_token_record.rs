//! `RemoveDelegationTokenRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `RemoveDelegationTokenRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 26, versions = "0", flexible = "0+")]
pub struct RemoveDelegationTokenRecord<'a> {
    /// Kafka's `TokenId`.
    #[field(versions = "0+")]
    pub token_id: &'a str,
}
