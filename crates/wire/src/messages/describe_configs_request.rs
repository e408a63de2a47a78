//! DescribeConfigs (API key 32), request: asks for the configuration of topics, brokers and other
//! resources.
//!
//! Versions 1 to 4, flexible from 4.
//!
//! - v2: the layout of the version before.
//! - v3: adds `include_documentation`; documentation and types (KIP-569).
//! - v4: flexible.

use thalweg_wire_derive::{Message, Part};

use crate::messages::DescribeConfigsResponse;

/// Asks for the configuration of topics, brokers and other resources.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 32, versions = "1-4", flexible = "4+", response(DescribeConfigsResponse<'r>))]
pub struct DescribeConfigsRequest<'a> {
    /// The resources.
    #[field(versions = "0+")]
    pub resources: Vec<DescribeConfigsResource<'a>>,
    /// Also name the places a value could come from.
    #[field(versions = "1+")]
    pub include_synonyms: bool,
    /// Also send the documentation.
    #[field(versions = "3+")]
    pub include_documentation: bool,
}

/// One entry of [`DescribeConfigsRequest::resources`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "1-4", flexible = "4+")]
pub struct DescribeConfigsResource<'a> {
    /// The kind of resource, as Kafka numbers them.
    #[field(versions = "0+")]
    pub resource_type: i8,
    /// The resource's name.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// The keys asked for; null for all.
    #[field(versions = "0+", nullable = "0+")]
    pub configuration_keys: Option<Vec<&'a str>>,
}
