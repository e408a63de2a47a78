//! FeatureLevelRecord (record type 12): a feature was finalized at a level; level 0 removes it.
//!
//! Version 0, flexible.

use thalweg_wire_derive::Message;

/// A feature was finalized at a level; level 0 removes it.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 12, versions = "0", flexible = "0+")]
pub struct FeatureLevelRecord<'a> {
    /// The feature.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// The level; 0 removes the feature.
    #[field(versions = "0+")]
    pub feature_level: i16,
}
