//! `CreateAclsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::CreateAclsResponse;

/// Kafka's `CreateAclsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 30, versions = "1-3", flexible = "2+", response(CreateAclsResponse<'r>))]
pub struct CreateAclsRequest<'a> {
    /// Kafka's `Creations`.
    #[field(versions = "0+")]
    pub creations: Vec<AclCreation<'a>>,
}

/// Kafka's `AclCreation`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-3", flexible = "2+")]
pub struct AclCreation<'a> {
    /// Kafka's `ResourceType`.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// Kafka's `ResourceName`.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// Kafka's `ResourcePatternType`.
    #[field(versions = "1+", default = 3)]
    pub resource_pattern_type: i8,
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
