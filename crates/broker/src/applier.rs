//! From metadata to partitions: opens, changes and retires what this node serves as the cluster's metadata says.
//!
//! The one writer of [`Topics`]. Runs on the controller's thread, before the request that caused a change is
//! answered, so that a client that was told "created" finds the partition. Makes directories there, but deletes
//! nothing itself: a deleted partition is renamed out of the way and left to the janitor.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use thalweg_config::{Overrides, TopicConfig};
use thalweg_metadata::{
    Change, ConfigResource, MetadataImage, PartitionRegistration, ResourceType, TopicImage,
};
use thalweg_model::{DirectoryId, LeaderEpoch, Mono, Now, TopicId};
use thalweg_platform::Clock;

use crate::admission::Admission;
use crate::api::metadata::is_internal;
use crate::boot::connection_limits;
use crate::controller::MetadataListener;
use crate::disk::{DiskMessage, LogDirectories};
use crate::dynamic_config::DynamicConfig;
use crate::partition::Partition;
use crate::topics::{Topic, Topics, compressed_validation};
use crate::unopened::Unopened;

/// The role's state.
#[derive(Debug)]
pub struct Applier {
    dynamic: Arc<DynamicConfig>,
    admission: Arc<Admission>,
    topics: Arc<Topics>,
    directories: Arc<LogDirectories>,
    clock: Arc<dyn Clock>,
    /// Shared with the threads that open everything at the start.
    unopened: Mutex<Unopened>,
}

impl Applier {
    /// An applier that publishes to `topics`.
    pub fn new(
        dynamic: Arc<DynamicConfig>,
        admission: Arc<Admission>,
        topics: Arc<Topics>,
        directories: Arc<LogDirectories>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let unopened = Mutex::default();
        Self { dynamic, admission, topics, directories, clock, unopened }
    }

    pub(crate) fn now(&self) -> Mono {
        self.clock.now().mono
    }

    /// Serves these topics, all at once.
    pub(crate) fn publish(&self, topics: Vec<Arc<Topic>>) {
        self.topics.publish(|table| topics.into_iter().for_each(|topic| table.insert(topic)));
    }

    /// What a topic's configuration resolves to.
    pub fn topic_config(&self, image: &MetadataImage, name: &str) -> Arc<TopicConfig> {
        let of = |resource: &ConfigResource| -> Overrides {
            image.configs.of(resource).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
        };
        Arc::new(self.dynamic.now().topic_defaults.with_overrides(&of(&ConfigResource::topic(name))))
    }

    /// Opens or makes one partition of a topic, if this node is to hold it.
    pub fn open_partition(
        &self,
        topic: &TopicImage,
        index: i32,
        registration: &PartitionRegistration,
        config: &Arc<TopicConfig>,
    ) -> Option<Arc<Partition>> {
        let node_id = self.dynamic.node_id();
        let place = registration.replicas.iter().position(|&replica| replica == node_id)?;
        let directory = registration.directories.get(place).copied().unwrap_or(DirectoryId::ZERO);
        match self.directories.open_partition(
            &topic.name,
            topic.id,
            index,
            directory,
            config,
            self.clock.now(),
        ) {
            Ok((log, directory)) => {
                let partition = Partition::new(
                    Arc::clone(&topic.name),
                    topic.id,
                    index,
                    log,
                    Arc::clone(&directory.state),
                    directory.mailboxes.clone(),
                    LeaderEpoch(registration.leader_epoch),
                );
                self.lead(&partition, registration);
                partition.send_to_sync(DiskMessage::Opened(Arc::clone(&partition)));
                if self.unopened.lock().remove(topic.id, index) {
                    tracing::info!(event = "partition_opened", topic = %topic.name, partition = index,
                        "there is room again; the partition is served");
                }
                Some(partition)
            }
            Err(error) if error.is_full() => {
                if self.unopened.lock().add(topic.id, index, self.now()) {
                    tracing::error!(
                        event = "partition_not_opened",
                        topic = %topic.name,
                        partition = index,
                        %error,
                        "the partition is not served until there is room"
                    );
                }
                None
            }
            Err(error) => {
                self.unopened.lock().remove(topic.id, index);
                tracing::error!(
                    event = "partition_not_opened",
                    topic = %topic.name,
                    partition = index,
                    %error,
                    "the partition is not served"
                );
                None
            }
        }
    }

    fn create_topic(&self, image: &MetadataImage, topic: &TopicImage) -> Arc<Topic> {
        let config = self.topic_config(image, &topic.name);
        let partitions = topic
            .partitions
            .iter()
            .enumerate()
            .map(|(index, registration)| self.open_partition(topic, index as i32, registration, &config))
            .collect();
        self.assemble(topic, partitions, config)
    }

    /// A topic over partitions that have been opened.
    pub fn assemble(
        &self,
        topic: &TopicImage,
        partitions: Vec<Option<Arc<Partition>>>,
        config: Arc<TopicConfig>,
    ) -> Arc<Topic> {
        let validation = compressed_validation(self.dynamic.now().own.validate_compressed);
        let (name, id) = (Arc::clone(&topic.name), topic.id);
        Arc::new(Topic::new(name, id, partitions, config, validation, is_internal(&topic.name)))
    }

    /// Partitions of a topic that were added or changed.
    fn change_topic(&self, image: &MetadataImage, id: TopicId, indexes: &[i32]) {
        let Some(registered) = image.topics.with_id(id) else { return };
        let Some(served) = self.topics.by_id(id) else {
            let topic = self.create_topic(image, registered);
            self.topics.publish(|table| table.insert(topic));
            return;
        };
        let config = served.config();
        let mut partitions = served.partitions.clone();
        partitions.resize(registered.partitions.len(), None);
        let mut has_new = partitions.len() != served.partitions.len();
        for &index in indexes {
            let Some(registration) = registered.partitions.get(index as usize) else { continue };
            match &partitions[index as usize] {
                Some(partition) => self.lead(partition, registration),
                None => {
                    partitions[index as usize] =
                        self.open_partition(registered, index, registration, &config);
                    has_new = true;
                }
            }
        }
        if has_new {
            let topic = Arc::new(served.with_partitions(partitions));
            self.topics.publish(|table| table.insert(topic));
        }
    }

    /// Takes up the leadership that the registration speaks of. The epoch goes to the log's epoch checkpoint
    /// with the first append of that epoch. A leader without followers knows at once that all it has is on every
    /// member of the ISR, also what a recovered log holds beyond its last checkpoint.
    fn lead(&self, partition: &Partition, registration: &PartitionRegistration) {
        if registration.leader_epoch > partition.leader_epoch().0 {
            partition.set_leader_epoch(LeaderEpoch(registration.leader_epoch));
        }
        let node_id = self.dynamic.node_id();
        if registration.leader == node_id && registration.isr == [node_id] {
            partition.advance_high_watermark();
        }
    }

    /// Tries again what found no room. A round ends at the first that still finds none.
    fn open_waiting(&self, image: &MetadataImage, now: Mono) {
        let round = self.unopened.lock().round(now);
        if round.is_empty() {
            return;
        }
        let mut failed = None;
        for (topic, index) in round {
            if image.topics.with_id(topic).is_none() {
                self.unopened.lock().forget_topic(topic);
                continue;
            }
            self.change_topic(image, topic, &[index]);
            let is_served = self.topics.by_id(topic).is_some_and(|topic| topic.partition(index).is_some());
            if !is_served {
                failed = Some((topic, index));
                break;
            }
        }
        // What failed for another reason does not wait any more.
        let mut unopened = self.unopened.lock();
        let failed = failed.filter(|&(topic, index)| unopened.waits(topic, index));
        unopened.end_round(failed, now);
    }

    fn delete_topic(&self, topic: &TopicImage) {
        self.unopened.lock().forget_topic(topic.id);
        self.directories.forget_unopened(topic);
        let Some(served) = self.topics.by_id(topic.id) else { return };
        self.topics.publish(|table| {
            table.remove(topic.id);
        });
        for partition in served.partitions.iter().flatten() {
            partition.retire();
            // Whoever waits for it is answered now instead of when its time is up.
            self.directories.retire_partition(partition);
        }
    }

    fn change_config(&self, image: &MetadataImage, name: &str) {
        let Some(topic) = self.topics.by_name(name) else { return };
        let config = self.topic_config(image, name);
        for partition in topic.partitions.iter().flatten() {
            partition.set_config(&config);
        }
        topic.set_config(config, compressed_validation(self.dynamic.now().own.validate_compressed));
    }
}

impl Applier {
    /// The broker's own or the cluster's configuration has changed: whatever can follow at run time does.
    fn change_broker_config(&self, image: &MetadataImage) {
        let before = self.dynamic.now();
        let after = self.dynamic.refresh(image);
        if before.network != after.network {
            self.admission.set_limits(connection_limits(&after));
        }
        self.directories.set_producer_expiration(&after);
        self.directories.set_cordoned(&after);
        if before.topic_defaults != after.topic_defaults {
            for topic in self.topics.table().by_name.values() {
                self.change_config(image, &topic.name);
            }
        }
    }
}

impl MetadataListener for Applier {
    fn due(&self) -> Mono {
        self.unopened.lock().due()
    }

    fn turn(&mut self, image: &Arc<MetadataImage>, now: Now) {
        self.open_waiting(image, now.mono);
    }

    fn published(&mut self, image: &Arc<MetadataImage>, changes: &[Change]) {
        let mut changed: BTreeMap<TopicId, Vec<i32>> = BTreeMap::new();
        let mut configured: Vec<&str> = Vec::new();
        let is_broker = |change: &Change| matches!(change, Change::ConfigChanged { resource, .. } if resource.kind == ResourceType::Broker);
        // First: new topics begin with the new defaults.
        if changes.iter().any(is_broker) {
            self.change_broker_config(image);
        }
        for change in changes {
            match change {
                Change::TopicCreated { topic_id } => {
                    changed.entry(*topic_id).or_default();
                }
                Change::PartitionCreated { topic_id, partition }
                | Change::PartitionChanged { topic_id, partition } => {
                    changed.entry(*topic_id).or_default().push(*partition);
                }
                Change::ConfigChanged { resource, .. } if resource.kind == ResourceType::Topic => {
                    if configured.last() != Some(&&*resource.name) {
                        configured.push(&resource.name);
                    }
                }
                Change::TopicDeleted { .. }
                | Change::ConfigChanged { .. }
                | Change::BrokerChanged { .. }
                | Change::ControllerChanged { .. }
                | Change::FeatureChanged { .. }
                | Change::ProducerIdsChanged
                | Change::ClientQuotasChanged
                | Change::ScramChanged
                | Change::AclsChanged
                | Change::DelegationTokensChanged => {}
            }
        }
        // Deletions first: a topic made again under the same name needs its directory's name.
        for change in changes {
            if let Change::TopicDeleted { topic } = change {
                self.delete_topic(topic);
            }
        }
        for (topic, indexes) in changed {
            self.change_topic(image, topic, &indexes);
        }
        for name in configured {
            self.change_config(image, name);
        }
    }
}
