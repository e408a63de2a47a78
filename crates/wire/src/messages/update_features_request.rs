//! UpdateFeatures (API key 57), request: raises or lowers the finalized levels of features.
//!
//! Versions 0 to 2, flexible.
//!
//! - v1: adds `feature_updates.upgrade_type`, `validate_only`, drops
//!   `feature_updates.allow_downgrade`.
//! - v2: the layout of the version before.

use thalweg_wire_derive::{Message, Part};

use crate::messages::UpdateFeaturesResponse;

/// Raises or lowers the finalized levels of features.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(request, key = 57, versions = "0-2", flexible = "0+", response(UpdateFeaturesResponse<'r>))]
pub struct UpdateFeaturesRequest<'a> {
    /// How long the operation may take, in milliseconds.
    #[field(name = "timeoutMs", versions = "0+", default = 60000)]
    pub timeout_ms: i32,
    /// The changes.
    #[field(versions = "0+")]
    pub feature_updates: Vec<FeatureUpdateKey<'a>>,
    /// Only check, change nothing.
    #[field(versions = "1+")]
    pub validate_only: bool,
}

/// One entry of [`UpdateFeaturesRequest::feature_updates`].
#[derive(Part, Clone, Debug, PartialEq)]
#[part(versions = "0-2", flexible = "0+")]
pub struct FeatureUpdateKey<'a> {
    /// The feature.
    #[field(versions = "0+")]
    pub feature: &'a str,
    /// The finalized level.
    #[field(versions = "0+")]
    pub max_version_level: i16,
    /// Whether the level may fall.
    #[field(versions = "0")]
    pub allow_downgrade: bool,
    /// 1 upgrade, 2 safe downgrade, 3 unsafe downgrade.
    #[field(versions = "1+", default = 1)]
    pub upgrade_type: i8,
}
