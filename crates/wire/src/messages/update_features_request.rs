//! `UpdateFeaturesRequest`.

use thalweg_wire_derive::{Message, Part};

use crate::messages::UpdateFeaturesResponse;

/// Kafka's `UpdateFeaturesRequest`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 57, versions = "0-2", flexible = "0+", response(UpdateFeaturesResponse<'r>))]
pub struct UpdateFeaturesRequest<'a> {
    /// Kafka's `timeoutMs`.
    #[field(name = "timeoutMs", versions = "0+", default = 60000)]
    pub timeout_ms: i32,
    /// Kafka's `FeatureUpdates`.
    #[field(versions = "0+")]
    pub feature_updates: Vec<FeatureUpdateKey<'a>>,
    /// Kafka's `ValidateOnly`.
    #[field(versions = "1+")]
    pub validate_only: bool,
}

/// Kafka's `FeatureUpdateKey`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct FeatureUpdateKey<'a> {
    /// Kafka's `Feature`.
    #[field(versions = "0+")]
    pub feature: &'a str,
    /// Kafka's `MaxVersionLevel`.
    #[field(versions = "0+")]
    pub max_version_level: i16,
    /// Kafka's `AllowDowngrade`.
    #[field(versions = "0")]
    pub allow_downgrade: bool,
    /// Kafka's `UpgradeType`.
    #[field(versions = "1+", default = 1)]
    pub upgrade_type: i8,
}
