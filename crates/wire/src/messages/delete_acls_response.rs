//! `DeleteAclsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `DeleteAclsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 31, versions = "1-3", flexible = "2+")]
pub struct DeleteAclsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `FilterResults`.
    #[field(versions = "0+")]
    pub filter_results: Vec<DeleteAclsFilterResult<'a>>,
}

/// Kafka's `DeleteAclsFilterResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct DeleteAclsFilterResult<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// Kafka's `MatchingAcls`.
    #[field(versions = "0+")]
    pub matching_acls: Vec<DeleteAclsMatchingAcl<'a>>,
}

/// Kafka's `DeleteAclsMatchingAcl`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct DeleteAclsMatchingAcl<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// Kafka's `ResourceType`.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// Kafka's `ResourceName`.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// Kafka's `PatternType`.
    #[field(versions = "1+", default = 3)]
    pub pattern_type: i8,
    /// Kafka's `Principal`.
    #[field(versions = "0+")]
    pub principal: &'a str,
    /// Kafka's `Host`.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// Kafka's `Operation`.
    #[field(versions = "0+")]
    pub operation: i8,
    /// Kafka's `PermissionType`.
    #[field(versions = "0+")]
    pub permission_type: i8,
}
