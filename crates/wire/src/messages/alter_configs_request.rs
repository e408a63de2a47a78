//! AlterConfigs (API key 33), request: replaces the whole configuration of resources; superseded by
//! IncrementalAlterConfigs.
//!
//! Versions 0 to 2, flexible from 2.
//!
//! - v1: the layout of the version before.
//! - v2: flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AlterConfigsResponse;

/// Replaces the whole configuration of resources; superseded by IncrementalAlterConfigs.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 33, versions = "0-2", flexible = "2+", response(AlterConfigsResponse<'r>))]
pub struct AlterConfigsRequest<'a> {
    /// The resources.
    #[field(versions = "0+")]
    pub resources: Vec<AlterConfigsResource<'a>>,
    /// Only check, change nothing.
    #[field(versions = "0+")]
    pub validate_only: bool,
}

/// One entry of [`AlterConfigsRequest::resources`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct AlterConfigsResource<'a> {
    /// The kind of resource, as Kafka numbers them.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// The resource's name.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// The configuration.
    #[field(versions = "0+")]
    pub configs: Vec<AlterableConfig<'a>>,
}

/// One entry of [`AlterConfigsResource::configs`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct AlterableConfig<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The value.
    #[field(versions = "0+", nullable = "0+")]
    pub value: Option<&'a str>,
}
