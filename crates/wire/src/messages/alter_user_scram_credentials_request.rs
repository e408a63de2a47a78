//! AlterUserScramCredentials (API key 51), request: sets and deletes SCRAM credentials.
//!
//! Version 0, flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AlterUserScramCredentialsResponse;

/// Sets and deletes SCRAM credentials.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 51, versions = "0", flexible = "0+", response(AlterUserScramCredentialsResponse<'r>))]
pub struct AlterUserScramCredentialsRequest<'a> {
    /// The credentials to delete.
    #[field(versions = "0+")]
    pub deletions: Vec<ScramCredentialDeletion<'a>>,
    /// The credentials to set.
    #[field(versions = "0+")]
    pub upsertions: Vec<ScramCredentialUpsertion<'a>>,
}

/// One entry of [`AlterUserScramCredentialsRequest::deletions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ScramCredentialDeletion<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The mechanism.
    #[field(versions = "0+")]
    pub mechanism: i8,
}

/// One entry of [`AlterUserScramCredentialsRequest::upsertions`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct ScramCredentialUpsertion<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The mechanism.
    #[field(versions = "0+")]
    pub mechanism: i8,
    /// The iteration count.
    #[field(versions = "0+")]
    pub iterations: i32,
    /// The salt.
    #[field(versions = "0+")]
    pub salt: &'a [u8],
    /// The salted password.
    #[field(versions = "0+")]
    pub salted_password: &'a [u8],
}
