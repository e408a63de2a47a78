//! `RenewDelegationTokenRequest`.

use thalweg_wire_derive::Message;

use crate::messages::RenewDelegationTokenResponse;

/// Kafka's `RenewDelegationTokenRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 39, versions = "1-2", flexible = "2+", response(RenewDelegationTokenResponse))]
pub struct RenewDelegationTokenRequest<'a> {
    /// Kafka's `Hmac`.
    #[field(versions = "0+")]
    pub hmac: &'a [u8],
    /// Kafka's `RenewPeriodMs`.
    #[field(versions = "0+")]
    pub renew_period_ms: i64,
}
