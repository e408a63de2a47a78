//! `DescribeDelegationTokenResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `DescribeDelegationTokenResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 41, versions = "1-3", flexible = "2+")]
pub struct DescribeDelegationTokenResponse<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `Tokens`.
    #[field(versions = "0+")]
    pub tokens: Vec<DescribedDelegationToken<'a>>,
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
}

/// Kafka's `DescribedDelegationToken`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct DescribedDelegationToken<'a> {
    /// Kafka's `PrincipalType`.
    #[field(versions = "0+")]
    pub principal_type: &'a str,
    /// Kafka's `PrincipalName`.
    #[field(versions = "0+")]
    pub principal_name: &'a str,
    /// Kafka's `TokenRequesterPrincipalType`.
    #[field(versions = "3+")]
    pub token_requester_principal_type: &'a str,
    /// Kafka's `TokenRequesterPrincipalName`.
    #[field(versions = "3+")]
    pub token_requester_principal_name: &'a str,
    /// Kafka's `IssueTimestamp`.
    #[field(versions = "0+")]
    pub issue_timestamp: i64,
    /// Kafka's `ExpiryTimestamp`.
    #[field(versions = "0+")]
    pub expiry_timestamp: i64,
    /// Kafka's `MaxTimestamp`.
    #[field(versions = "0+")]
    pub max_timestamp: i64,
    /// Kafka's `TokenId`.
    #[field(versions = "0+")]
    pub token_id: &'a str,
    /// Kafka's `Hmac`.
    #[field(versions = "0+")]
    pub hmac: &'a [u8],
    /// Kafka's `Renewers`.
    #[field(versions = "0+")]
    pub renewers: Vec<DescribedDelegationTokenRenewer<'a>>,
}

/// Kafka's `DescribedDelegationTokenRenewer`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct DescribedDelegationTokenRenewer<'a> {
    /// Kafka's `PrincipalType`.
    #[field(versions = "0+")]
    pub principal_type: &'a str,
    /// Kafka's `PrincipalName`.
    #[field(versions = "0+")]
    pub principal_name: &'a str,
}
