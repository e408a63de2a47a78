//! `DeleteGroupsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `DeleteGroupsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 42, versions = "0-3", flexible = "2+")]
pub struct DeleteGroupsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `Results`.
    #[field(versions = "0+")]
    pub results: Vec<DeletableGroupResult<'a>>,
}

/// Kafka's `DeletableGroupResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-3", flexible = "2+")]
pub struct DeletableGroupResult<'a> {
    /// Kafka's `GroupId`.
    #[field(versions = "0+")]
    pub group_id: &'a str,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "3+", nullable = "3+", default = null, ignorable)]
    pub error_message: Option<&'a str>,
}
