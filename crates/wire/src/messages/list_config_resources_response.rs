//! `ListConfigResourcesResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `ListConfigResourcesResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 74, versions = "0-1", flexible = "0+")]
pub struct ListConfigResourcesResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ConfigResources`.
    #[field(versions = "0+")]
    pub config_resources: Vec<ConfigResource<'a>>,
}

/// Kafka's `ConfigResource`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-1", flexible = "0+")]
pub struct ConfigResource<'a> {
    /// Kafka's `ResourceName`.
    #[field(versions = "0+")]
    pub resource_name: &'a str,
    /// Kafka's `ResourceType`.
    #[field(versions = "1+", default = 16, ignorable)]
    pub resource_type: i8,
}
