//! CreateAcls (API key 30), request: asks for new access rules.
//!
//! Versions 1 to 3, flexible from 2.
//!
//! - v2: flexible.
//! - v3: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::messages::CreateAclsResponse;

/// Asks for new access rules.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 30, versions = "1-3", flexible = "2+", response(CreateAclsResponse<'r>))]
pub struct CreateAclsRequest<'a> {
    /// The rules.
    #[field(versions = "0+")]
    pub creations: Vec<AclCreation<'a>>,
}

/// One entry of [`CreateAclsRequest::creations`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct AclCreation<'a> {
    /// The kind of resource, as Kafka numbers them.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// The resource's name.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// How the name is matched: literal (3) or prefixed (4).
    #[field(versions = "1+", default = 3)]
    pub resource_pattern_type: i8,
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
