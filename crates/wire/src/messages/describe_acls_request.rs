//! `DescribeAclsRequest`.

use thalweg_wire_derive::Message;

use crate::messages::DescribeAclsResponse;

/// Kafka's `DescribeAclsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 29, versions = "1-3", flexible = "2+", response(DescribeAclsResponse<'r>))]
pub struct DescribeAclsRequest<'a> {
    /// Kafka's `ResourceTypeFilter`.
    #[field(versions = "0+")]
    pub resource_type_filter: i8,
    /// Kafka's `ResourceNameFilter`.
    #[field(versions = "0+", nullable = "0+")]
    pub resource_name_filter: Option<&'a str>,
    /// Kafka's `PatternTypeFilter`.
    #[field(versions = "1+", default = 3)]
    pub pattern_type_filter: i8,
    /// Kafka's `PrincipalFilter`.
    #[field(versions = "0+", nullable = "0+")]
    pub principal_filter: Option<&'a str>,
    /// Kafka's `HostFilter`.
    #[field(versions = "0+", nullable = "0+")]
    pub host_filter: Option<&'a str>,
    /// Kafka's `Operation`.
    #[field(versions = "0+")]
    pub operation: i8,
    /// Kafka's `PermissionType`.
    #[field(versions = "0+")]
    pub permission_type: i8,
}
