//! `UpdateFeaturesResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `UpdateFeaturesResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 57, versions = "0-2", flexible = "0+")]
pub struct UpdateFeaturesResponse<'a> {
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// Kafka's `Results`.
    #[field(versions = "0-1", ignorable)]
    pub results: Vec<UpdatableFeatureResult<'a>>,
}

/// Kafka's `UpdatableFeatureResult`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct UpdatableFeatureResult<'a> {
    /// Kafka's `Feature`.
    #[field(versions = "0+")]
    pub feature: &'a str,
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ErrorMessage`.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
}
