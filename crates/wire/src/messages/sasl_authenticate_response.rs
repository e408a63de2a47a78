//! `SaslAuthenticateResponse`.

use thalweg_wire_derive::Message;

/// Kafka's `SaslAuthenticateResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 36, versions = "0-2", flexible = "2+")]
pub struct SaslAuthenticateResponse<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// Kafka's `AuthBytes`.
    #[field(versions = "0+")]
    pub auth_bytes: &'a [u8],
    /// Kafka's `SessionLifetimeMs`.
    #[field(versions = "1+", ignorable)]
    pub session_lifetime_ms: i64,
}
