//! CreateDelegationToken (API key 38), response: the token.
//!
//! Versions 1 to 3, flexible from 2.
//!
//! - v2: flexible.
//! - v3: adds `token_requester_principal_type`, `token_requester_principal_name`.

use thalweg_wire_derive::Message;

/// Answers [`CreateDelegationTokenRequest`](super::CreateDelegationTokenRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 38, versions = "1-3", flexible = "2+")]
pub struct CreateDelegationTokenResponse<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
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
    /// When the token was issued, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub issue_timestamp_ms: i64,
    /// When it expires, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub expiry_timestamp_ms: i64,
    /// The largest timestamp in the segment, in milliseconds since 1970.
    #[field(versions = "0+")]
    pub max_timestamp_ms: i64,
    /// The token's id.
    #[field(versions = "0+")]
    pub token_id: &'a str,
    /// The token's HMAC: its secret.
    #[field(versions = "0+")]
    pub hmac: &'a [u8],
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
}
