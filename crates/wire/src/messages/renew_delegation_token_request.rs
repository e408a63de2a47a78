//! RenewDelegationToken (API key 39), request: prolongs a delegation token.
//!
//! Versions 1 to 2, flexible from 2.
//!
//! - v2: flexible.

use thalweg_wire_derive::Message;

use crate::messages::RenewDelegationTokenResponse;

/// Prolongs a delegation token.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 39, versions = "1-2", flexible = "2+", response(RenewDelegationTokenResponse))]
pub struct RenewDelegationTokenRequest<'a> {
    /// The token's HMAC: its secret.
    #[field(versions = "0+")]
    pub hmac: &'a [u8],
    /// How long to prolong the token, in milliseconds.
    #[field(versions = "0+")]
    pub renew_period_ms: i64,
}
