//! UserScramCredentialRecord (record type 11): a user's SCRAM credential was set.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A user's SCRAM credential was set.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 11, versions = "0", flexible = "0+")]
pub struct UserScramCredentialRecord<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The mechanism.
    #[field(versions = "0+")]
    pub mechanism: i8,
    /// The salt.
    #[field(versions = "0+")]
    pub salt: &'a [u8],
    /// The SCRAM stored key.
    #[field(versions = "0+")]
    pub stored_key: &'a [u8],
    /// The SCRAM server key.
    #[field(versions = "0+")]
    pub server_key: &'a [u8],
    /// The iteration count.
    #[field(versions = "0+")]
    pub iterations: i32,
}
