//! Configuration of groups that changes at run time: each group's own (ConfigResource GROUP), and what the brokers'
//! dynamic configuration says for all. Read on the controller's thread when it changes, told to the coordinators.

use std::collections::BTreeMap;
use std::sync::Arc;

use thalweg_config::Effective;
use thalweg_group::GroupOverrides;
use thalweg_metadata::{Change, MetadataImage, ResourceType};

use super::CoordinatorMessage;
use crate::controller::MetadataListener;
use crate::dynamic_config::DynamicConfig;
use crate::mailbox::Sender;

/// By group; the empty name stands for all groups.
pub type Overrides = Arc<BTreeMap<Arc<str>, GroupOverrides>>;

/// Tells the coordinators.
pub struct GroupConfigFollower {
    /// Of the brokers.
    pub dynamic: Arc<DynamicConfig>,
    /// Whom to tell.
    pub coordinators: Sender<CoordinatorMessage>,
}

impl GroupConfigFollower {
    /// Tells what the image says.
    pub fn tell(&self, image: &MetadataImage) {
        let overrides = self.dynamic.with_effective(image, |effective| overrides(image, effective));
        self.coordinators.send(CoordinatorMessage::GroupConfigs(Arc::new(overrides)));
    }
}

impl MetadataListener for GroupConfigFollower {
    fn published(&mut self, image: &Arc<MetadataImage>, changes: &[Change]) {
        let is_ours = |change: &Change| match change {
            Change::ConfigChanged { resource, .. } => {
                matches!(resource.kind, ResourceType::Group | ResourceType::Broker)
            }
            _ => false,
        };
        if changes.iter().any(is_ours) {
            self.tell(image);
        }
    }
}

fn overrides(image: &MetadataImage, effective: &Effective<'_>) -> BTreeMap<Arc<str>, GroupOverrides> {
    let of_broker = |key: &str| effective.number(key).and_then(|value| i32::try_from(value).ok());
    let all = GroupOverrides {
        session_timeout_ms: of_broker("group.consumer.session.timeout.ms"),
        heartbeat_interval_ms: of_broker("group.consumer.heartbeat.interval.ms"),
        assignment_interval_ms: of_broker("group.consumer.assignment.interval.ms"),
    };
    let mut overrides = BTreeMap::from([(Arc::from(""), all)]);
    for resource in image.configs.resources.keys().filter(|resource| resource.kind == ResourceType::Group) {
        let set = |key: &str, low: &str, high: &str| {
            let value: i32 = image.configs.value(resource, key)?.trim().parse().ok()?;
            // The bounds may have been drawn closer since it was set.
            let (low, high) = (of_broker(low).unwrap_or(i32::MIN), of_broker(high).unwrap_or(i32::MAX));
            Some(value.max(low).min(high))
        };
        let own = GroupOverrides {
            session_timeout_ms: set(
                "consumer.session.timeout.ms",
                "group.consumer.min.session.timeout.ms",
                "group.consumer.max.session.timeout.ms",
            )
            .or(all.session_timeout_ms),
            heartbeat_interval_ms: set(
                "consumer.heartbeat.interval.ms",
                "group.consumer.min.heartbeat.interval.ms",
                "group.consumer.max.heartbeat.interval.ms",
            )
            .or(all.heartbeat_interval_ms),
            assignment_interval_ms: set(
                "consumer.assignment.interval.ms",
                "group.consumer.min.assignment.interval.ms",
                "group.consumer.max.assignment.interval.ms",
            )
            .or(all.assignment_interval_ms),
        };
        overrides.insert(Arc::from(&*resource.name), own);
    }
    overrides
}
