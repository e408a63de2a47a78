//! ApiVersions (API key 18), response: the API keys and versions served, and the features of the
//! cluster.
//!
//! Versions 0 to 5, flexible from 3.
//!
//! - v1: adds `throttle_time_ms`.
//! - v2: the layout of the version before.
//! - v3: flexible, adds `supported_features`, `finalized_features_epoch`, `finalized_features`,
//!   `zk_migration_ready`; features (KIP-584).
//! - v4: features whose lowest version is 0 are shown too.
//! - v5: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

/// Answers [`ApiVersionsRequest`](super::ApiVersionsRequest).
#[derive(Message, Clone, Debug, PartialEq)]
#[message(response, key = 18, versions = "0-5", flexible = "3+")]
pub struct ApiVersionsResponse<'a> {
    /// The [`ErrorCode`](crate::ErrorCode); 0 is success.
    #[field(versions = "0+")]
    pub error_code: i16,
    /// The API keys served.
    #[field(versions = "0+")]
    pub api_keys: Vec<ApiVersion>,
    /// How long a quota held the request back, in milliseconds.
    #[field(versions = "1+", ignorable)]
    pub throttle_time_ms: i32,
    /// The features the node supports.
    #[field(versions = "3+", tag = 0, ignorable)]
    pub supported_features: Vec<SupportedFeatureKey<'a>>,
    /// The epoch of the finalized features, -1 if unknown.
    #[field(versions = "3+", tag = 1, default = -1, ignorable)]
    pub finalized_features_epoch: i64,
    /// The features of the cluster, with the levels in force.
    #[field(versions = "3+", tag = 2, ignorable)]
    pub finalized_features: Vec<FinalizedFeatureKey<'a>>,
    /// Whether the node is ready for a migration from ZooKeeper; a relic.
    #[field(versions = "3+", tag = 3, ignorable)]
    pub zk_migration_ready: bool,
}

/// One entry of [`ApiVersionsResponse::api_keys`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct ApiVersion {
    /// The API key.
    #[field(versions = "0+")]
    pub api_key: i16,
    /// The lowest version.
    #[field(versions = "0+")]
    pub min_version: i16,
    /// The highest version.
    #[field(versions = "0+")]
    pub max_version: i16,
}

/// One entry of [`ApiVersionsResponse::supported_features`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct SupportedFeatureKey<'a> {
    /// The name.
    #[field(versions = "3+")]
    pub name: &'a str,
    /// The lowest version.
    #[field(versions = "3+")]
    pub min_version: i16,
    /// The highest version.
    #[field(versions = "3+")]
    pub max_version: i16,
}

/// One entry of [`ApiVersionsResponse::finalized_features`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-5", flexible = "3+")]
pub struct FinalizedFeatureKey<'a> {
    /// The name.
    #[field(versions = "3+")]
    pub name: &'a str,
    /// The finalized level.
    #[field(versions = "3+")]
    pub max_version_level: i16,
    /// The lowest finalized level.
    #[field(versions = "3+")]
    pub min_version_level: i16,
}
