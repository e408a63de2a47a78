//! `CreateAclsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `CreateAclsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 30, versions = "1-3", flexible = "2+")]
pub struct CreateAclsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Results`.
    #[field(versions = "0+")]
    pub results: Vec<AclCreationResult<'a>>,
}

/// Kafka's `AclCreationResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct AclCreationResult<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
}
