//! DeleteAcls (API key 31), request: asks to delete the access rules that match filters.
//!
//! Versions 1 to 3, flexible from 2.
//!
//! - v2: flexible.
//! - v3: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DeleteAclsResponse;

/// Asks to delete the access rules that match filters.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 31, versions = "1-3", flexible = "2+", response(DeleteAclsResponse<'r>))]
pub struct DeleteAclsRequest<'a> {
    /// The filters.
    #[field(versions = "0+")]
    pub filters: Vec<DeleteAclsFilter<'a>>,
}

/// One entry of [`DeleteAclsRequest::filters`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct DeleteAclsFilter<'a> {
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
