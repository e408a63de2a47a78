//! `ApiVersionsResponse`.

use thalweg_wire_derive::{Message, Part};

/// Kafka's `ApiVersionsResponse`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 18, versions = "0-5", flexible = "3+")]
pub struct ApiVersionsResponse<'a> {
    /// Kafka's `ErrorCode`.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// Kafka's `ApiKeys`.
    #[field(versions = "0+")]
    pub api_keys: Vec<ApiVersion>,
    /// Kafka's `ThrottleTimeMs`.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// Kafka's `SupportedFeatures`.
    #[field(versions = "3+", tag = 0, ignorable)]
    pub supported_features: Vec<SupportedFeatureKey<'a>>,
    /// Kafka's `FinalizedFeaturesEpoch`.
    #[field(versions = "3+", tag = 1, default = -1, ignorable)]
    pub finalized_features_epoch: i64,
    /// Kafka's `FinalizedFeatures`.
    #[field(versions = "3+", tag = 2, ignorable)]
    pub finalized_features: Vec<FinalizedFeatureKey<'a>>,
    /// Kafka's `ZkMigrationReady`.
    #[field(versions = "3+", tag = 3, ignorable)]
    pub zk_migration_ready: bool,
}

/// Kafka's `ApiVersion`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct ApiVersion {
    /// Kafka's `ApiKey`.
    #[field(versions = "0+")]
    pub api_key: i16,
    /// Kafka's `MinVersion`.
    #[field(versions = "0+")]
    pub min_version: i16,
    /// Kafka's `MaxVersion`.
    #[field(versions = "0+")]
    pub max_version: i16,
}

/// Kafka's `SupportedFeatureKey`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct SupportedFeatureKey<'a> {
    /// Kafka's `Name`.
    #[field(versions = "3+")]
    pub name: &'a str,
    /// Kafka's `MinVersion`.
    #[field(versions = "3+")]
    pub min_version: i16,
    /// Kafka's `MaxVersion`.
    #[field(versions = "3+")]
    pub max_version: i16,
}

/// Kafka's `FinalizedFeatureKey`.
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct FinalizedFeatureKey<'a> {
    /// Kafka's `Name`.
    #[field(versions = "3+")]
    pub name: &'a str,
    /// Kafka's `MaxVersionLevel`.
    #[field(versions = "3+")]
    pub max_version_level: i16,
    /// Kafka's `MinVersionLevel`.
    #[field(versions = "3+")]
    pub min_version_level: i16,
}
