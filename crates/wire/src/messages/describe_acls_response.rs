//! `DescribeAclsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `DescribeAclsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 29, versions = "1-3", flexible = "2+")]
pub struct DescribeAclsResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// Kafka's `Resources`.
    #[field(versions = "0+")]
    pub resources: Vec<DescribeAclsResource<'a>>,
}

/// Kafka's `DescribeAclsResource`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct DescribeAclsResource<'a> {
    /// Kafka's `ResourceType`.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// Kafka's `ResourceName`.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// Kafka's `PatternType`.
    #[field(versions = "1+", default = 3)]
    pub pattern_type: i8,
    /// Kafka's `Acls`.
    #[field(versions = "0+")]
    pub acls: Vec<AclDescription<'a>>,
}

/// Kafka's `AclDescription`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct AclDescription<'a> {
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
