//! Replay: applies metadata records to a copy of an image, one after the other, and says what changed.
//!
//! Topics under change are held apart until the end, so that a batch of a thousand partition changes copies
//! each touched topic once. Never decides anything: what a record means is Kafka's, and a record that does
//! not fit what is there is an error, not a guess.

use std::collections::BTreeMap;
use std::sync::Arc;

use thalweg_model::Uuid;
use thalweg_wire::messages::metadata as wire;
use thalweg_wire::records::MetadataRecord;

use crate::{
    AccessControlEntry, BrokerRegistration, Change, ConfigResource, ControllerRegistration, DelegationToken,
    Endpoint, LeaderRecoveryState, MetadataImage, PartitionRegistration, QuotaEntity, ReplayError,
    ResourceType, ScramCredential, SupportedVersions, TopicImage,
};

/// An image in the making.
#[derive(Debug)]
pub struct MetadataDelta {
    image: MetadataImage,
    /// Topics created or changed since the image; they win over the image's.
    touched: BTreeMap<Uuid, TopicImage>,
    changes: Vec<Change>,
}

impl MetadataDelta {
    /// Begins with this image.
    #[must_use]
    pub fn new(image: MetadataImage) -> Self {
        Self { image, touched: BTreeMap::new(), changes: Vec::new() }
    }

    /// The image with every record applied, and what changed.
    #[must_use]
    pub fn finish(mut self) -> (MetadataImage, Vec<Change>) {
        self.settle();
        (self.image, self.changes)
    }

    pub(crate) fn image_mut(&mut self) -> &mut MetadataImage {
        &mut self.image
    }

    /// Applies one record. After an error the delta must be thrown away.
    pub fn replay(&mut self, record: &MetadataRecord<'_>) -> Result<(), ReplayError> {
        match record {
            MetadataRecord::RegisterBroker(record) => self.register_broker(record),
            MetadataRecord::UnregisterBroker(record) => self.unregister_broker(record),
            MetadataRecord::FenceBroker(record) => {
                self.change_broker("FenceBrokerRecord", record.id, record.epoch, |broker| {
                    broker.fenced = true
                })
            }
            MetadataRecord::UnfenceBroker(record) => {
                self.change_broker("UnfenceBrokerRecord", record.id, record.epoch, |broker| {
                    broker.fenced = false
                })
            }
            MetadataRecord::BrokerRegistrationChange(record) => self.change_registration(record),
            MetadataRecord::RegisterController(record) => self.register_controller(record),
            MetadataRecord::UnregisterController(record) => {
                self.image.cluster.controllers.remove(&record.controller_id);
                self.changes.push(Change::ControllerChanged { controller_id: record.controller_id });
                Ok(())
            }
            MetadataRecord::Topic(record) => {
                let topic =
                    TopicImage { name: record.name.into(), id: record.topic_id, partitions: Vec::new() };
                self.touched.insert(record.topic_id, topic);
                self.changes.push(Change::TopicCreated { topic_id: record.topic_id });
                Ok(())
            }
            MetadataRecord::RemoveTopic(record) => self.remove_topic(record.topic_id),
            MetadataRecord::Partition(record) => self.partition(record),
            MetadataRecord::PartitionChange(record) => self.partition_change(record),
            MetadataRecord::ClearElr(record) => self.clear_elr(record.topic_name),
            MetadataRecord::Config(record) => self.config(record),
            MetadataRecord::FeatureLevel(record) => {
                let levels = &mut self.image.features.levels;
                let name: Arc<str> = record.name.into();
                if record.feature_level == 0 {
                    levels.remove(&name);
                } else {
                    levels.insert(Arc::clone(&name), record.feature_level);
                }
                self.changes.push(Change::FeatureChanged { name });
                Ok(())
            }
            MetadataRecord::ClientQuota(record) => {
                self.client_quota(record);
                Ok(())
            }
            MetadataRecord::ProducerIds(record) => {
                self.image.next_producer_id = Some(record.next_producer_id);
                self.changes.push(Change::ProducerIdsChanged);
                Ok(())
            }
            MetadataRecord::UserScramCredential(record) => {
                let credential = ScramCredential {
                    salt: record.salt.to_vec(),
                    stored_key: record.stored_key.to_vec(),
                    server_key: record.server_key.to_vec(),
                    iterations: record.iterations,
                };
                let key = (record.mechanism, record.name.into());
                self.image.scram.credentials.insert(key, Arc::new(credential));
                self.changes.push(Change::ScramChanged);
                Ok(())
            }
            MetadataRecord::RemoveUserScramCredential(record) => {
                self.image.scram.credentials.remove(&(record.mechanism, Arc::from(record.name)));
                self.changes.push(Change::ScramChanged);
                Ok(())
            }
            MetadataRecord::AccessControlEntry(record) => {
                let entry = AccessControlEntry {
                    resource_type: record.resource_type,
                    resource_name: record.resource_name.to_owned(),
                    pattern_type: record.pattern_type,
                    principal: record.principal.to_owned(),
                    host: record.host.to_owned(),
                    operation: record.operation,
                    permission_type: record.permission_type,
                };
                self.image.acls.entries.insert(record.id, Arc::new(entry));
                self.changes.push(Change::AclsChanged);
                Ok(())
            }
            MetadataRecord::RemoveAccessControlEntry(record) => {
                self.image.acls.entries.remove(&record.id);
                self.changes.push(Change::AclsChanged);
                Ok(())
            }
            MetadataRecord::DelegationToken(record) => {
                let token = DelegationToken {
                    owner: record.owner.to_owned(),
                    requester: record.requester.to_owned(),
                    renewers: record.renewers.iter().map(|&renewer| renewer.to_owned()).collect(),
                    issue_timestamp: record.issue_timestamp,
                    max_timestamp: record.max_timestamp,
                    expiration_timestamp: record.expiration_timestamp,
                };
                self.image.delegation_tokens.tokens.insert(record.token_id.into(), Arc::new(token));
                self.changes.push(Change::DelegationTokensChanged);
                Ok(())
            }
            MetadataRecord::RemoveDelegationToken(record) => {
                self.image.delegation_tokens.tokens.remove(record.token_id);
                self.changes.push(Change::DelegationTokensChanged);
                Ok(())
            }
            // A NoOp only moves the offset; the ZooKeeper migration's state means nothing since 4.0.
            MetadataRecord::NoOp(_) | MetadataRecord::ZkMigrationState(_) => Ok(()),
            // The loader takes these out before.
            MetadataRecord::BeginTransaction(_) => {
                Err(ReplayError::Misplaced { record: "BeginTransactionRecord" })
            }
            MetadataRecord::EndTransaction(_) => {
                Err(ReplayError::Misplaced { record: "EndTransactionRecord" })
            }
            MetadataRecord::AbortTransaction(_) => {
                Err(ReplayError::Misplaced { record: "AbortTransactionRecord" })
            }
        }
    }

    fn settle(&mut self) {
        for topic in std::mem::take(&mut self.touched).into_values() {
            self.image.topics.put(topic);
        }
    }

    fn topic(&mut self, id: Uuid, record: &'static str) -> Result<&mut TopicImage, ReplayError> {
        if !self.touched.contains_key(&id) {
            let Some(topic) = self.image.topics.with_id(id) else {
                return Err(ReplayError::UnknownTopic { topic_id: id, record });
            };
            self.touched.insert(id, TopicImage::clone(topic));
        }
        self.touched.get_mut(&id).ok_or(ReplayError::UnknownTopic { topic_id: id, record })
    }

    fn remove_topic(&mut self, id: Uuid) -> Result<(), ReplayError> {
        if let Some(topic) = self.touched.remove(&id) {
            self.image.topics.put(topic);
        }
        let Some(topic) = self.image.topics.take(id) else {
            return Err(ReplayError::UnknownTopic { topic_id: id, record: "RemoveTopicRecord" });
        };
        self.image.configs.resources.remove(&ConfigResource::topic(&topic.name));
        self.changes.push(Change::TopicDeleted { topic });
        Ok(())
    }

    fn partition(&mut self, record: &wire::PartitionRecord) -> Result<(), ReplayError> {
        const NAME: &str = "PartitionRecord";
        let registration = PartitionRegistration {
            directories: directories_for(&record.replicas, Some(&record.directories)),
            replicas: record.replicas.clone(),
            isr: record.isr.clone(),
            elr: record.eligible_leader_replicas.clone().unwrap_or_default(),
            last_known_elr: record.last_known_elr.clone().unwrap_or_default(),
            removing: record.removing_replicas.clone(),
            adding: record.adding_replicas.clone(),
            leader: record.leader,
            recovery_state: recovery_state(NAME, record.leader_recovery_state)?,
            leader_epoch: record.leader_epoch,
            partition_epoch: record.partition_epoch,
        };
        let (topic_id, partition) = (record.topic_id, record.partition_id);
        let partitions = &mut self.topic(topic_id, NAME)?.partitions;
        let change = match usize::try_from(partition) {
            Ok(index) if index < partitions.len() => {
                partitions[index] = registration;
                Change::PartitionChanged { topic_id, partition }
            }
            Ok(index) if index == partitions.len() => {
                partitions.push(registration);
                Change::PartitionCreated { topic_id, partition }
            }
            _ => return Err(ReplayError::UnknownPartition { topic_id, partition, record: NAME }),
        };
        self.changes.push(change);
        Ok(())
    }

    fn partition_change(&mut self, record: &wire::PartitionChangeRecord) -> Result<(), ReplayError> {
        const NAME: &str = "PartitionChangeRecord";
        let (topic_id, partition) = (record.topic_id, record.partition_id);
        let unknown = ReplayError::UnknownPartition { topic_id, partition, record: NAME };
        let topic = self.topic(topic_id, NAME)?;
        let index = usize::try_from(partition).map_err(|_| unknown.clone())?;
        let registration = topic.partitions.get_mut(index).ok_or(unknown)?;

        if let Some(replicas) = &record.replicas {
            registration.directories = directories_for(replicas, record.directories.as_ref());
            registration.replicas.clone_from(replicas);
        } else if record.directories.is_some() {
            registration.directories = directories_for(&registration.replicas, record.directories.as_ref());
        }
        if let Some(isr) = &record.isr {
            registration.isr.clone_from(isr);
        }
        if let Some(elr) = &record.eligible_leader_replicas {
            registration.elr.clone_from(elr);
        }
        if let Some(last_known_elr) = &record.last_known_elr {
            registration.last_known_elr.clone_from(last_known_elr);
        }
        if let Some(removing) = &record.removing_replicas {
            registration.removing.clone_from(removing);
        }
        if let Some(adding) = &record.adding_replicas {
            registration.adding.clone_from(adding);
        }
        if record.leader != NO_LEADER_CHANGE {
            registration.leader = record.leader;
            registration.leader_epoch += 1;
        }
        if record.leader_recovery_state != NO_RECOVERY_CHANGE {
            registration.recovery_state = recovery_state(NAME, record.leader_recovery_state)?;
        }
        registration.partition_epoch += 1;
        self.changes.push(Change::PartitionChanged { topic_id, partition });
        Ok(())
    }

    /// KIP-966: a changed `min.insync.replicas` takes back what the old one promised. An empty name means
    /// every topic.
    fn clear_elr(&mut self, name: &str) -> Result<(), ReplayError> {
        self.settle();
        let has_elr = |topic: &TopicImage| {
            topic.partitions.iter().any(|p| !p.elr.is_empty() || !p.last_known_elr.is_empty())
        };
        let ids: Vec<Uuid> = if name.is_empty() {
            self.image.topics.by_id.values().filter(|topic| has_elr(topic)).map(|topic| topic.id).collect()
        } else {
            self.image
                .topics
                .named(name)
                .filter(|topic| has_elr(topic))
                .map(|topic| topic.id)
                .into_iter()
                .collect()
        };
        for topic_id in ids {
            let mut changed = Vec::new();
            for (partition, registration) in
                (0..).zip(&mut self.topic(topic_id, "ClearElrRecord")?.partitions)
            {
                if registration.elr.is_empty() && registration.last_known_elr.is_empty() {
                    continue;
                }
                registration.elr.clear();
                registration.last_known_elr.clear();
                registration.partition_epoch += 1;
                changed.push(Change::PartitionChanged { topic_id, partition });
            }
            self.changes.append(&mut changed);
        }
        Ok(())
    }

    fn config(&mut self, record: &wire::ConfigRecord<'_>) -> Result<(), ReplayError> {
        let kind = ResourceType::from_code(record.resource_type).ok_or(ReplayError::InvalidField {
            record: "ConfigRecord",
            field: "ResourceType",
            value: record.resource_type.into(),
        })?;
        let resource = ConfigResource { kind, name: record.resource_name.into() };
        let key: Arc<str> = record.name.into();
        self.image.configs.set(&resource, Arc::clone(&key), record.value.map(Arc::from));
        self.changes.push(Change::ConfigChanged { resource, key });
        Ok(())
    }

    fn client_quota(&mut self, record: &wire::ClientQuotaRecord<'_>) {
        let parts = record.entity.iter();
        let parts = parts.map(|part| (part.entity_type.to_owned(), part.entity_name.map(str::to_owned)));
        let entity = QuotaEntity::new(parts.collect());
        let entities = &mut self.image.client_quotas.entities;
        let mut limits = entities.get(&entity).cloned().unwrap_or_default();
        if record.remove {
            limits.remove(record.key);
        } else {
            limits.insert(record.key.into(), record.value);
        }
        if limits.is_empty() {
            entities.remove(&entity);
        } else {
            entities.insert(entity, limits);
        }
        self.changes.push(Change::ClientQuotasChanged);
    }

    fn register_broker(&mut self, record: &wire::RegisterBrokerRecord<'_>) -> Result<(), ReplayError> {
        let endpoints = record.end_points.iter().map(|endpoint| Endpoint {
            name: endpoint.name.to_owned(),
            host: endpoint.host.to_owned(),
            port: endpoint.port,
            security_protocol: endpoint.security_protocol,
        });
        let features = record.features.iter().map(|feature| SupportedVersions {
            name: feature.name.to_owned(),
            min: feature.min_supported_version,
            max: feature.max_supported_version,
        });
        let mut log_dirs = record.log_dirs.clone();
        log_dirs.sort_unstable();
        let broker = BrokerRegistration {
            id: record.broker_id,
            epoch: record.broker_epoch,
            incarnation_id: record.incarnation_id,
            endpoints: endpoints.collect(),
            features: sorted(features),
            rack: record.rack.map(str::to_owned),
            fenced: record.fenced,
            in_controlled_shutdown: record.in_controlled_shutdown,
            is_migrating_zk_broker: record.is_migrating_zk_broker,
            log_dirs,
            cordoned_log_dirs: record.cordoned_log_dirs.clone(),
        };
        self.image.cluster.brokers.insert(broker.id, Arc::new(broker));
        self.changes.push(Change::BrokerChanged { broker_id: record.broker_id });
        Ok(())
    }

    fn unregister_broker(&mut self, record: &wire::UnregisterBrokerRecord) -> Result<(), ReplayError> {
        let brokers = &mut self.image.cluster.brokers;
        if brokers.get(&record.broker_id).is_none_or(|broker| broker.epoch != record.broker_epoch) {
            return Err(ReplayError::UnknownBroker {
                broker_id: record.broker_id,
                broker_epoch: record.broker_epoch,
                record: "UnregisterBrokerRecord",
            });
        }
        brokers.remove(&record.broker_id);
        self.changes.push(Change::BrokerChanged { broker_id: record.broker_id });
        Ok(())
    }

    fn change_registration(
        &mut self,
        record: &wire::BrokerRegistrationChangeRecord,
    ) -> Result<(), ReplayError> {
        const NAME: &str = "BrokerRegistrationChangeRecord";
        let fenced = tristate(NAME, "Fenced", record.fenced)?;
        let in_controlled_shutdown = match record.in_controlled_shutdown {
            // KIP-841: a broker leaves this state only by registering again.
            0 => None,
            1 => Some(true),
            value => {
                let value = value.into();
                return Err(ReplayError::InvalidField { record: NAME, field: "InControlledShutdown", value });
            }
        };
        self.change_broker(NAME, record.broker_id, record.broker_epoch, |broker| {
            broker.fenced = fenced.unwrap_or(broker.fenced);
            broker.in_controlled_shutdown = in_controlled_shutdown.unwrap_or(broker.in_controlled_shutdown);
            if !record.log_dirs.is_empty() {
                broker.log_dirs.clone_from(&record.log_dirs);
                broker.log_dirs.sort_unstable();
            }
            if let Some(cordoned) = &record.cordoned_log_dirs {
                broker.cordoned_log_dirs = Some(cordoned.clone());
            }
        })
    }

    fn change_broker(
        &mut self,
        record: &'static str,
        broker_id: i32,
        broker_epoch: i64,
        change: impl FnOnce(&mut BrokerRegistration),
    ) -> Result<(), ReplayError> {
        let brokers = &mut self.image.cluster.brokers;
        let Some(broker) = brokers.get(&broker_id).filter(|broker| broker.epoch == broker_epoch) else {
            return Err(ReplayError::UnknownBroker { broker_id, broker_epoch, record });
        };
        let mut broker = BrokerRegistration::clone(broker);
        change(&mut broker);
        brokers.insert(broker_id, Arc::new(broker));
        self.changes.push(Change::BrokerChanged { broker_id });
        Ok(())
    }

    fn register_controller(
        &mut self,
        record: &wire::RegisterControllerRecord<'_>,
    ) -> Result<(), ReplayError> {
        let endpoints = record.end_points.iter().map(|endpoint| Endpoint {
            name: endpoint.name.to_owned(),
            host: endpoint.host.to_owned(),
            port: endpoint.port,
            security_protocol: endpoint.security_protocol,
        });
        let features = record.features.iter().map(|feature| SupportedVersions {
            name: feature.name.to_owned(),
            min: feature.min_supported_version,
            max: feature.max_supported_version,
        });
        let controller = ControllerRegistration {
            id: record.controller_id,
            incarnation_id: record.incarnation_id,
            zk_migration_ready: record.zk_migration_ready,
            endpoints: endpoints.collect(),
            features: sorted(features),
        };
        self.image.cluster.controllers.insert(controller.id, Arc::new(controller));
        self.changes.push(Change::ControllerChanged { controller_id: record.controller_id });
        Ok(())
    }
}

/// Feature ranges by name: Kafka writes them in an order of chance.
fn sorted(features: impl Iterator<Item = SupportedVersions>) -> Vec<SupportedVersions> {
    let mut features: Vec<SupportedVersions> = features.collect();
    features.sort_by(|a, b| a.name.cmp(&b.name));
    features
}

/// One directory per replica. Kafka fills in "migrating" (all zero) where the record says nothing.
fn directories_for(replicas: &[i32], directories: Option<&Vec<Uuid>>) -> Vec<Uuid> {
    match directories {
        Some(directories) if directories.len() == replicas.len() => directories.clone(),
        _ => vec![Uuid::ZERO; replicas.len()],
    }
}

fn recovery_state(record: &'static str, code: i8) -> Result<LeaderRecoveryState, ReplayError> {
    let value = code.into();
    LeaderRecoveryState::from_code(code).ok_or(ReplayError::InvalidField {
        record,
        field: "LeaderRecoveryState",
        value,
    })
}

/// −1 takes back, 0 leaves, 1 sets.
fn tristate(record: &'static str, field: &'static str, code: i8) -> Result<Option<bool>, ReplayError> {
    match code {
        -1 => Ok(Some(false)),
        0 => Ok(None),
        1 => Ok(Some(true)),
        value => Err(ReplayError::InvalidField { record, field, value: value.into() }),
    }
}

/// PartitionChangeRecord.Leader: nothing about the leader.
const NO_LEADER_CHANGE: i32 = -2;
/// PartitionChangeRecord.LeaderRecoveryState: nothing about it.
const NO_RECOVERY_CHANGE: i8 = -1;
