//! `RemoveUserScramCredentialRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `RemoveUserScramCredentialRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 22, versions = "0", flexible = "0+")]
pub struct RemoveUserScramCredentialRecord<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Mechanism`.
    #[field(versions = "0+")]
    pub mechanism: i8,
}
