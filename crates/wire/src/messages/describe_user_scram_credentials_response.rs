//! `DescribeUserScramCredentialsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `DescribeUserScramCredentialsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 50, versions = "0", flexible = "0+")]
pub struct DescribeUserScramCredentialsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// Kafka's `Results`.
    #[field(versions = "0+")]
    pub results: Vec<DescribeUserScramCredentialsResult<'a>>,
}

/// Kafka's `DescribeUserScramCredentialsResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct DescribeUserScramCredentialsResult<'a> {
    /// Kafka's `User`.
    #[field(versions = "0+")]
    pub user: &'a str,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// Kafka's `CredentialInfos`.
    #[field(versions = "0+")]
    pub credential_infos: Vec<CredentialInfo>,
}

/// Kafka's `CredentialInfo`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0", flexible = "0+")]
pub struct CredentialInfo {
    /// Kafka's `Mechanism`.
    #[field(versions = "0+")]
    pub mechanism: i8,
    /// Kafka's `Iterations`.
    #[field(versions = "0+")]
    pub iterations: i32,
}
