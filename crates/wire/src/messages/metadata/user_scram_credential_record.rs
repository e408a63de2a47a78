//! `UserScramCredentialRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `UserScramCredentialRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 11, versions = "0", flexible = "0+")]
pub struct UserScramCredentialRecord<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Mechanism`.
    #[field(versions = "0+")]
    pub mechanism: i8,
    /// Kafka's `Salt`.
    #[field(versions = "0+")]
    pub salt: &'a [u8],
    /// Kafka's `StoredKey`.
    #[field(versions = "0+")]
    pub stored_key: &'a [u8],
    /// Kafka's `ServerKey`.
    #[field(versions = "0+")]
    pub server_key: &'a [u8],
    /// Kafka's `Iterations`.
    #[field(versions = "0+")]
    pub iterations: i32,
}
