//! `CreateDelegationTokenResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `CreateDelegationTokenResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 38, versions = "1-3", flexible = "2+")]
pub struct CreateDelegationTokenResponse<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
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
    /// Kafka's `IssueTimestampMs`.
    #[field(versions = "0+")]
    pub issue_timestamp_ms: i64,
    /// Kafka's `ExpiryTimestampMs`.
    #[field(versions = "0+")]
    pub expiry_timestamp_ms: i64,
    /// Kafka's `MaxTimestampMs`.
    #[field(versions = "0+")]
    pub max_timestamp_ms: i64,
    /// Kafka's `TokenId`.
    #[field(versions = "0+")]
    pub token_id: &'a str,
    /// Kafka's `Hmac`.
    #[field(versions = "0+")]
    pub hmac: &'a [u8],
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
}
