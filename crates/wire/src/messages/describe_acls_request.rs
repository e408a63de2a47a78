//! DescribeAcls (API key 29), request: asks for the access rules that match a filter.
//!
//! Versions 1 to 3, flexible from 2.
//!
//! - v2: flexible.
//! - v3: the layout of the version before.

use thalweg_wire_derive::Message;

use crate::messages::DescribeAclsResponse;

/// Asks for the access rules that match a filter.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 29, versions = "1-3", flexible = "2+", response(DescribeAclsResponse<'r>))]
pub struct DescribeAclsRequest<'a> {
    /// The kind of resource to match.
    #[field(versions = "0+")]
    pub resource_type_filter: i8,
    /// The name to match; null for any.
    #[field(versions = "0+", nullable = "0+")]
    pub resource_name_filter: Option<&'a str>,
    /// How names are matched.
    #[field(versions = "1+", default = 3)]
    pub pattern_type_filter: i8,
    /// The principal to match; null for any.
    #[field(versions = "0+", nullable = "0+")]
    pub principal_filter: Option<&'a str>,
    /// The host to match; null for any.
    #[field(versions = "0+", nullable = "0+")]
    pub host_filter: Option<&'a str>,
    /// The operation, as Kafka numbers them.
    #[field(versions = "0+")]
    pub operation: i8,
    /// Deny (2) or allow (3).
    #[field(versions = "0+")]
    pub permission_type: i8,
}
