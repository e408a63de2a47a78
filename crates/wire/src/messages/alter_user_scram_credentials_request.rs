//! `AlterUserScramCredentialsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AlterUserScramCredentialsResponse;

/// Kafka's `AlterUserScramCredentialsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 51, versions = "0", flexible = "0+", response(AlterUserScramCredentialsResponse<'r>))]
pub struct AlterUserScramCredentialsRequest<'a> {
    /// Kafka's `Deletions`.
    #[field(versions = "0+")]
    pub deletions: Vec<ScramCredentialDeletion<'a>>,
    /// Kafka's `Upsertions`.
    #[field(versions = "0+")]
    pub upsertions: Vec<ScramCredentialUpsertion<'a>>,
}

/// Kafka's `ScramCredentialDeletion`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ScramCredentialDeletion<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Mechanism`.
    #[field(versions = "0+")]
    pub mechanism: i8,
}

/// Kafka's `ScramCredentialUpsertion`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ScramCredentialUpsertion<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Mechanism`.
    #[field(versions = "0+")]
    pub mechanism: i8,
    /// Kafka's `Iterations`.
    #[field(versions = "0+")]
    pub iterations: i32,
    /// Kafka's `Salt`.
    #[field(versions = "0+")]
    pub salt: &'a [u8],
    /// Kafka's `SaltedPassword`.
    #[field(versions = "0+")]
    pub salted_password: &'a [u8],
}
