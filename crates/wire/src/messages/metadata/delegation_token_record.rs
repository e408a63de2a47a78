//! `DelegationTokenRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `DelegationTokenRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 10, versions = "0", flexible = "0+")]
pub struct DelegationTokenRecord<'a> {
    /// Kafka's `Owner`.
    #[field(versions = "0+")]
    pub owner: &'a str,
    /// Kafka's `Requester`.
    #[field(versions = "0+")]
    pub requester: &'a str,
    /// Kafka's `Renewers`.
    #[field(versions = "0+")]
    pub renewers: Vec<&'a str>,
    /// Kafka's `IssueTimestamp`.
    #[field(versions = "0+")]
    pub issue_timestamp: i64,
    /// Kafka's `MaxTimestamp`.
    #[field(versions = "0+")]
    pub max_timestamp: i64,
    /// Kafka's `ExpirationTimestamp`.
    #[field(versions = "0+")]
    pub expiration_timestamp: i64,
    /// Kafka's `TokenId`.
    #[field(versions = "0+")]
    pub token_id: &'a str,
}
