//! `FeatureLevelRecord`.

use thalweg_wire_derive::Message;

/// Kafka's `FeatureLevelRecord`.
#[derive(Message, Clone, Debug, PartialEq)]
#[message(metadata, key = 12, versions = "0", flexible = "0+")]
pub struct FeatureLevelRecord<'a> {
    /// Kafka's `Name`.
    #[field(versions = "0+")]
    pub name: &'a str,
    /// Kafka's `FeatureLevel`.
    #[field(versions = "0+")]
    pub feature_level: i16,
}
