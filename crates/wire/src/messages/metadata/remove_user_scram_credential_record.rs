//! RemoveUserScramCredentialRecord (record type 22): a user's SCRAM credential is gone.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A user's SCRAM credential is gone.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 22, versions = "0", flexible = "0+")]
pub struct RemoveUserScramCredentialRecord<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The mechanism.
    #[field(versions = "0+")]
    pub mechanism: i8,
}
