//! RemoveDelegationTokenRecord (record type 26): a delegation token is gone.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A delegation token is gone.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 26, versions = "0", flexible = "0+")]
pub struct RemoveDelegationTokenRecord<'a> {
    /// The token's id.
    #[field(versions = "0+")]
    pub token_id: &'a str,
}
