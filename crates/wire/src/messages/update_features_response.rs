//! UpdateFeatures (API key 57), response: whether the levels were changed.
//!
//! Versions 0 to 2, flexible.
//!
//! - v1: the layout of the version before.
//! - v2: drops `results`.

use thalweg_wire_derive::{Message, Part};

/// Answers [`UpdateFeaturesRequest`](super::UpdateFeaturesRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 57, versions = "0-2", flexible = "0+")]
pub struct UpdateFeaturesResponse<'a> {
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "0+")]
    pub throttle_time_ms: i32,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
    /// One result per entry of the request.
    #[field(versions = "0-1", ignorable)]
    pub results: Vec<UpdatableFeatureResult<'a>>,
}

/// One entry of [`UpdateFeaturesResponse::results`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct UpdatableFeatureResult<'a> {
    /// The feature.
    #[field(versions = "0+")]
    pub feature: &'a str,
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// What went wrong, for people; null if nothing did.
    #[field(versions = "0+", nullable = "0+")]
    pub error_message: Option<&'a str>,
}
