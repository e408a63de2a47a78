//! `AlterUserScramCredentialsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `AlterUserScramCredentialsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 51, versions = "0", flexible = "0+")]
pub struct AlterUserScramCredentialsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Results`.
    #[field(versions = "0+")]
    pub results: Vec<AlterUserScramCredentialsResult<'a>>,
}

/// Kafka's `AlterUserScramCredentialsResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct AlterUserScramCredentialsResult<'a> {
    /// Kafka's `User`.
    #[field(versions = "0+")]
    pub user: &'a str,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
}
