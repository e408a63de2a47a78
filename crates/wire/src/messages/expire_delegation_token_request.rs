//! `ExpireDelegationTokenRequest`.

use thalweg_wire_derive::Message;

use crate::messages::ExpireDelegationTokenResponse;

/// Kafka's `ExpireDelegationTokenRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 40, versions = "1-2", flexible = "2+", response(ExpireDelegationTokenResponse))]
pub struct ExpireDelegationTokenRequest<'a> {
    /// Kafka's `Hmac`.
    #[field(versions = "0+")]
    pub hmac: &'a [u8],
    /// Kafka's `ExpiryTimePeriodMs`.
    #[field(versions = "0+")]
    pub expiry_time_period_ms: i64,
}
