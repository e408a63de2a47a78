//! IncrementalAlterConfigs (API key 44), request: sets, deletes, appends to or subtracts from single
//! configuration keys.
//!
//! Versions 0 to 1, flexible from 1.
//!
//! - v1: flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::IncrementalAlterConfigsResponse;

/// Sets, deletes, appends to or subtracts from single configuration keys.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 44, versions = "0-1", flexible = "1+", response(IncrementalAlterConfigsResponse<'r>))]
pub struct IncrementalAlterConfigsRequest<'a> {
    /// The resources.
    #[field(versions = "0+")]
    pub resources: Vec<AlterConfigsResource<'a>>,
    /// Only check, change nothing.
    #[field(versions = "0+")]
    pub validate_only: bool,
}

/// One entry of [`IncrementalAlterConfigsRequest::resources`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "1+")]
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
#[part(versions = "0-1", flexible = "1+")]
pub struct AlterableConfig<'a> {
    /// The name.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// 0 set, 1 delete, 2 append, 3 subtract.
    #[field(versions = "0+")]
    pub config_operation: i8,
    /// The value.
    #[field(versions = "0+", nullable = "0+")]
    pub value: Option<&'a str>,
}
