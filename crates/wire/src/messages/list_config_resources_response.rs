//! ListConfigResources (API key 74), response: the resources.
//!
//! Versions 0 to 1, flexible.
//!
//! - v1: adds `config_resources.resource_type`.

use thalweg_wire_derive::{Message, Part};

/// Answers [`ListConfigResourcesRequest`](super::ListConfigResourcesRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 74, versions = "0-1", flexible = "0+")]
pub struct ListConfigResourcesResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The resources.
    #[field(versions = "0+")]
    pub config_resources: Vec<ConfigResource<'a>>,
}

/// One entry of [`ListConfigResourcesResponse::config_resources`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct ConfigResource<'a> {
    /// The resource's name.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// The kind of resource, as Kafka numbers them.
    #[field(versions = "1+", default = 16, ignorable)]
    pub resource_type: i8,
}
