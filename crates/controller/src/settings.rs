//! The few settings the controller decides by.

use std::sync::Arc;

use thalweg_config::Settings;

/// What the controller must know of its node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControllerSettings {
    /// `node.id`.
    pub node_id: i32,
    /// `num.partitions`.
    pub num_partitions: i32,
    /// `default.replication.factor`.
    pub default_replication_factor: i16,
    /// `delete.topic.enable`.
    pub delete_topic_enable: bool,
    /// `min.insync.replicas` as the configuration file has it: goes into the metadata log at the first start,
    /// because eligible leader replicas need it to be the cluster's, not a broker's (KIP-966).
    pub min_insync_replicas: i32,
    /// What the process was started with: behind every dynamic value.
    pub start: Arc<Settings>,
    /// Features this build serves; `metadata.version` and `kraft.version` among them.
    pub features: Vec<FeatureRange>,
}

/// Levels of a feature that this build serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureRange {
    /// The feature.
    pub name: &'static str,
    /// Lowest level.
    pub min: i16,
    /// Highest level.
    pub max: i16,
}

impl ControllerSettings {
    /// The levels of a feature this build serves; `None` when it does not know it.
    #[must_use]
    pub fn feature(&self, name: &str) -> Option<&FeatureRange> {
        self.features.iter().find(|feature| feature.name == name)
    }
}
