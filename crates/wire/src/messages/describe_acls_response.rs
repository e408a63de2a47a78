//! DescribeAcls (API key 29), response: the rules that match.
//!
//! Versions 1 to 3, flexible from 2.
//!
//! - v2: flexible.
//! - v3: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

/// Answers [`DescribeAclsRequest`](super::DescribeAclsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 29, versions = "1-3", flexible = "2+")]
pub struct DescribeAclsResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// The resources.
    #[field(versions = "0+")]
    pub resources: Vec<DescribeAclsResource<'a>>,
}

/// One entry of [`DescribeAclsResponse::resources`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct DescribeAclsResource<'a> {
    /// The kind of resource, as Kafka numbers them.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// The resource's name.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// How the name is matched: literal (3) or prefixed (4).
    #[field(versions = "1+", default = 3)]
    pub pattern_type: i8,
    /// The rules.
    #[field(versions = "0+")]
    pub acls: Vec<AclDescription<'a>>,
}

/// One entry of [`DescribeAclsResource::acls`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct AclDescription<'a> {
    /// The principal, as in `User:alice`.
    #[field(versions = "0+")]
    pub principal: &'a str,
    /// The host name or address.
    #[field(versions = "0+")]
    pub host: &'a str,
    /// The operation, as Kafka numbers them.
    #[field(versions = "0+")]
    pub operation: i8,
    /// Deny (2) or allow (3).
    #[field(versions = "0+")]
    pub permission_type: i8,
}
