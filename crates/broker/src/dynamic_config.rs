//! The broker's configuration as it counts now: what the process was started with, under what has been changed at
//! run time for the cluster and for this broker (KIP-226).
//!
//! One writer (whoever applies metadata changes) resolves it anew when the broker resource changes; readers take
//! the published snapshot. Values that cannot change at run time are in it as they were at the start.

use std::sync::Arc;

use arc_swap::ArcSwap;
use thalweg_config::{BrokerConfig, Effective, Overrides, Settings};
use thalweg_metadata::{ConfigResource, MetadataImage};

/// The published configuration.
#[derive(Debug)]
pub struct DynamicConfig {
    start: Arc<Settings>,
    node_id: i32,
    current: ArcSwap<BrokerConfig>,
}

impl DynamicConfig {
    /// The configuration as the metadata has it at the start. `fallback` counts when that cannot be resolved.
    pub fn new(start: Arc<Settings>, fallback: Arc<BrokerConfig>, image: &MetadataImage) -> Self {
        let dynamic = Self { start, node_id: fallback.node_id, current: ArcSwap::new(fallback) };
        dynamic.refresh(image);
        dynamic
    }

    /// `node.id`.
    pub fn node_id(&self) -> i32 {
        self.node_id
    }

    /// The configuration as it counts now.
    pub fn now(&self) -> Arc<BrokerConfig> {
        self.current.load_full()
    }

    /// Runs `look` over every layer: start, cluster-wide and this broker's own.
    pub fn with_effective<T>(&self, image: &MetadataImage, look: impl FnOnce(&Effective<'_>) -> T) -> T {
        let overrides = |resource: &ConfigResource| -> Overrides {
            image.configs.of(resource).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
        };
        let broker = overrides(&ConfigResource::broker(self.node_id));
        let cluster = overrides(&ConfigResource::all_brokers());
        look(&Effective { settings: &self.start, broker: &broker, cluster: &cluster })
    }

    /// The broker resource has changed.
    pub fn refresh(&self, image: &MetadataImage) -> Arc<BrokerConfig> {
        match self.with_effective(image, BrokerConfig::resolve) {
            Ok(config) => self.current.store(Arc::new(config)),
            // Refused when it is asked for; a directory of another broker's may hold it all the same.
            Err(problem) => tracing::error!(
                event = "dynamic_config_refused",
                %problem,
                "the configuration stays as it was"
            ),
        }
        self.now()
    }
}
