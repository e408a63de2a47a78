//! `AlterConfigsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::AlterConfigsResponse;

/// Kafka's `AlterConfigsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 33, versions = "0-2", flexible = "2+", response(AlterConfigsResponse<'r>))]
pub struct AlterConfigsRequest<'a> {
    /// Kafka's `Resources`.
    #[field(versions = "0+")]
    pub resources: Vec<AlterConfigsResource<'a>>,
    /// Kafka's `ValidateOnly`.
    #[field(versions = "0+")]
    pub validate_only: bool,
}

/// Kafka's `AlterConfigsResource`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct AlterConfigsResource<'a> {
    /// Kafka's `ResourceType`.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// Kafka's `ResourceName`.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// Kafka's `Configs`.
    #[field(versions = "0+")]
    pub configs: Vec<AlterableConfig<'a>>,
}

/// Kafka's `AlterableConfig`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "2+")]
pub struct AlterableConfig<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `Value`.
    #[field(versions = "0+", nullable = "0+")]
    pub value: Option<&'a str>,
}
