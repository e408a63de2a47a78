//! `DescribeDelegationTokenRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeDelegationTokenResponse;

/// Kafka's `DescribeDelegationTokenRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 41, versions = "1-3", flexible = "2+", response(DescribeDelegationTokenResponse<'r>))]
pub struct DescribeDelegationTokenRequest<'a> {
    /// Kafka's `Owners`.
    #[field(versions = "0+", nullable = "0+")]
    pub owners: Option<Vec<DescribeDelegationTokenOwner<'a>>>,
}

/// Kafka's `DescribeDelegationTokenOwner`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct DescribeDelegationTokenOwner<'a> {
    /// Kafka's `PrincipalType`.
    #[field(versions = "0+")]
    pub principal_type: &'a str,
    /// Kafka's `PrincipalName`.
    #[field(versions = "0+")]
    pub principal_name: &'a str,
}
