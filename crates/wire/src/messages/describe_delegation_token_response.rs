//! DescribeDelegationToken (API key 41), response: the tokens.
//!
//! Versions 1 to 3, flexible from 2.
//!
//! - v2: flexible.
//! - v3: adds `tokens.token_requester_principal_type`, `tokens.token_requester_principal_name`.

use thalweg_wire_derive::{Message, Part};

/// Answers [`DescribeDelegationTokenRequest`](super::DescribeDelegationTokenRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 41, versions = "1-3", flexible = "2+")]
pub struct DescribeDelegationTokenResponse<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The tokens.
    #[field(versions = "0+")]
    pub tokens: Vec<DescribedDelegationToken<'a>>,
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
}

/// One entry of [`DescribeDelegationTokenResponse::tokens`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct DescribedDelegationToken<'a> {
    /// The principal's type.
    #[field(versions = "0+")]
    pub principal_type: &'a str,
    /// The principal's name.
    #[field(versions = "0+")]
    pub principal_name: &'a str,
    /// The type of the principal that asked for the token.
    #[field(versions = "3+")]
    pub token_requester_principal_type: &'a str,
    /// The name of the principal that asked for the token.
    #[field(versions = "3+")]
    pub token_requester_principal_name: &'a str,
    /// When it was issued, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub issue_timestamp: i64,
    /// When it expires, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub expiry_timestamp: i64,
    /// Until when it can be prolonged, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub max_timestamp: i64,
    /// The token's id.
    #[field(versions = "0+")]
    pub token_id: &'a str,
    /// The token's HMAC: its secret.
    #[field(versions = "0+")]
    pub hmac: &'a [u8],
    /// Who may prolong the token.
    #[field(versions = "0+")]
    pub renewers: Vec<DescribedDelegationTokenRenewer<'a>>,
}

/// One entry of [`DescribedDelegationToken::renewers`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct DescribedDelegationTokenRenewer<'a> {
    /// The principal's type.
    #[field(versions = "0+")]
    pub principal_type: &'a str,
    /// The principal's name.
    #[field(versions = "0+")]
    pub principal_name: &'a str,
}
