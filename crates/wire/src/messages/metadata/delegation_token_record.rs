//! DelegationTokenRecord (record type 10): a delegation token was made or changed.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A delegation token was made or changed.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 10, versions = "0", flexible = "0+")]
pub struct DelegationTokenRecord<'a> {
    /// The token's owner.
    #[field(versions = "0+")]
    pub owner: &'a str,
    /// Who asked for the token.
    #[field(versions = "0+")]
    pub requester: &'a str,
    /// Who may prolong the token.
    #[field(versions = "0+")]
    pub renewers: Vec<&'a str>,
    /// When it was issued, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub issue_timestamp: i64,
    /// Until when it can be prolonged, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub max_timestamp: i64,
    /// When it expires, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub expiration_timestamp: i64,
    /// The token's id.
    #[field(versions = "0+")]
    pub token_id: &'a str,
}
