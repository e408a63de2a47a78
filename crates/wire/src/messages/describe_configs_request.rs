//! `DescribeConfigsRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeConfigsResponse;

/// Kafka's `DescribeConfigsRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 32, versions = "1-4", flexible = "4+", response(DescribeConfigsResponse<'r>))]
pub struct DescribeConfigsRequest<'a> {
    /// Kafka's `Resources`.
    #[field(versions = "0+")]
    pub resources: Vec<DescribeConfigsResource<'a>>,
    /// Kafka's `IncludeSynonyms`.
    #[field(versions = "1+")]
    pub include_synonyms: bool,
    /// Kafka's `IncludeDocumentation`.
    #[field(versions = "3+")]
    pub include_documentation: bool,
}

/// Kafka's `DescribeConfigsResource`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-4", flexible = "4+")]
pub struct DescribeConfigsResource<'a> {
    /// Kafka's `ResourceType`.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// Kafka's `ResourceName`.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// Kafka's `ConfigurationKeys`.
    #[field(versions = "0+", nullable = "0+")]
    pub configuration_keys: Option<Vec<&'a str>>,
}
