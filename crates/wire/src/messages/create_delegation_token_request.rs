//! `CreateDelegationTokenRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::CreateDelegationTokenResponse;

/// Kafka's `CreateDelegationTokenRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 38, versions = "1-3", flexible = "2+", response(CreateDelegationTokenResponse<'r>))]
pub struct CreateDelegationTokenRequest<'a> {
    /// Kafka's `OwnerPrincipalType`.
    #[field(versions = "3+", nullable = "3+")]
    pub owner_principal_type: Option<&'a str>,
    /// Kafka's `OwnerPrincipalName`.
    #[field(versions = "3+", nullable = "3+")]
    pub owner_principal_name: Option<&'a str>,
    /// Kafka's `Renewers`.
    #[field(versions = "0+")]
    pub renewers: Vec<CreatableRenewers<'a>>,
    /// Kafka's `MaxLifetimeMs`.
    #[field(versions = "0+")]
    pub max_lifetime_ms: i64,
}

/// Kafka's `CreatableRenewers`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct CreatableRenewers<'a> {
    /// Kafka's `PrincipalType`.
    #[field(versions = "0+")]
    pub principal_type: &'a str,
    /// Kafka's `PrincipalName`.
    #[field(versions = "0+")]
    pub principal_name: &'a str,
}
