//! ExpireDelegationToken (API key 40), request: lets a delegation token expire sooner.
//!
//! Versions 1 to 2, flexible from 2.
//!
//! - v2: flexible.

use thalweg_wire_derive::Message;

use crate::messages::ExpireDelegationTokenResponse;

/// Lets a delegation token expire sooner.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 40, versions = "1-2", flexible = "2+", response(ExpireDelegationTokenResponse))]
pub struct ExpireDelegationTokenRequest<'a> {
    /// The token's HMAC: its secret.
    #[field(versions = "0+")]
    pub hmac: &'a [u8],
    /// In how long the token shall expire, in milliseconds; negative for at once.
    #[field(versions = "0+")]
    pub expiry_time_period_ms: i64,
}
