//! CreateDelegationToken (API key 38), request: asks for a delegation token.
//!
//! Versions 1 to 3, flexible from 2.
//!
//! - v2: flexible.
//! - v3: adds `owner_principal_type`, `owner_principal_name`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::CreateDelegationTokenResponse;

/// Asks for a delegation token.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 38, versions = "1-3", flexible = "2+", response(CreateDelegationTokenResponse<'r>))]
pub struct CreateDelegationTokenRequest<'a> {
    /// The type of the owner; null for the caller.
    #[field(versions = "3+", nullable = "3+")]
    pub owner_principal_type: Option<&'a str>,
    /// The name of the owner; null for the caller.
    #[field(versions = "3+", nullable = "3+")]
    pub owner_principal_name: Option<&'a str>,
    /// Who may prolong the token.
    #[field(versions = "0+")]
    pub renewers: Vec<CreatableRenewers<'a>>,
    /// How long the token can live, in milliseconds; -1 for the broker's default.
    #[field(versions = "0+")]
    pub max_lifetime_ms: i64,
}

/// One entry of [`CreateDelegationTokenRequest::renewers`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct CreatableRenewers<'a> {
    /// The principal's type.
    #[field(versions = "0+")]
    pub principal_type: &'a str,
    /// The principal's name.
    #[field(versions = "0+")]
    pub principal_name: &'a str,
}
