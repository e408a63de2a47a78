//! Snapshots: an image as records, and those records as the bytes of a checkpoint file (KIP-630), both ways.
//!
//! A checkpoint is a control batch (header, and for `kraft.version` ≥ 1 the version and the voters), batches of
//! metadata records, and a control batch with the footer; offsets count from 0. The file's name says which end
//! of the log it stands for. Bootstrap checkpoints (KIP-1170) have the same shape.

use thalweg_model::{LeaderEpoch, Offset};
use thalweg_records::{BatchBuilder, BatchView, Compression, ControlType, Limits, RecordIter, Scratch};
use thalweg_wire::messages::metadata as wire;
use thalweg_wire::messages::raft::voters_record::{
    Endpoint as WireEndpoint, KRaftVersionFeature, Voter as WireVoter,
};
use thalweg_wire::messages::raft::{
    KRaftVersionRecord, SnapshotFooterRecord, SnapshotHeaderRecord, VotersRecord,
};
use thalweg_wire::{EncodeError, encode_message};

use crate::loader::decode;
use crate::{
    BrokerRegistration, ControllerRegistration, FeaturesImage, Loader, METADATA_VERSION, MetadataImage,
    Progress, QuorumImage, RecordList, ReplayError, TopicImage,
};

/// What a checkpoint file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Checkpoint {
    /// Append time of the last record the snapshot covers.
    pub last_contained_log_timestamp: i64,
    /// kraft.version and voters.
    pub quorum: QuorumImage,
    /// The metadata records.
    pub records: RecordList,
}

impl Checkpoint {
    /// The image it stands for: everything below `end_offset`, whose last record was written in `epoch`.
    pub fn into_image(self, end_offset: i64, epoch: i32) -> Result<MetadataImage, ReplayError> {
        let mut image = MetadataImage::empty();
        image.quorum = self.quorum;
        let mut loader = Loader::new(image);
        let progress = Progress { base_offset: 0, epoch, timestamp: self.last_contained_log_timestamp };
        loader.list(progress, &self.records)?;
        let mut image = loader.image().clone();
        image.highest_offset = end_offset - 1;
        Ok(image)
    }

    /// The bytes of the file. `now_ms` stamps the records, `epoch` the batches.
    pub fn to_bytes(&self, epoch: i32, now_ms: i64) -> Result<Vec<u8>, EncodeError> {
        let header = SnapshotHeaderRecord {
            version: 0,
            last_contained_log_timestamp: self.last_contained_log_timestamp,
        };
        let mut first = vec![(ControlType::SnapshotHeader, encode_message(&header, 0)?)];
        if self.quorum.kraft_version > 0 {
            first.append(&mut quorum_records(&self.quorum)?);
        }
        let mut bytes = Vec::with_capacity(self.records.byte_len() + self.records.byte_len() / 8 + 512);
        let mut offset = 0;
        let mut close = |batch: BatchBuilder| {
            let batch = batch.base_offset(Offset(offset)).leader_epoch(LeaderEpoch(epoch));
            offset += i64::from(batch.record_count());
            bytes.extend_from_slice(&batch.build());
        };

        close(control_batch(&first, now_ms));
        let mut batch = BatchBuilder::new(Compression::None);
        for record in self.records.iter() {
            let full = batch.size_with(None, Some(record), &[]) > SNAPSHOT_BATCH_BYTES_MAX;
            if full && !batch.is_empty() {
                close(std::mem::replace(&mut batch, BatchBuilder::new(Compression::None)));
            }
            batch.append(now_ms, None, Some(record), &[]);
        }
        if !batch.is_empty() {
            close(batch);
        }
        let footer = encode_message(&SnapshotFooterRecord { version: 0 }, 0)?;
        close(control_batch(&[(ControlType::SnapshotFooter, footer)], now_ms));
        Ok(bytes)
    }

    /// Reads a checkpoint file. A file without its footer, or with anything behind it, is refused.
    pub fn parse(mut bytes: &[u8]) -> Result<Self, ReplayError> {
        let malformed = |reason: &str| ReplayError::MalformedCheckpoint { reason: reason.to_owned() };
        let mut loader = Loader::new(MetadataImage::empty());
        let mut records = RecordList::new();
        let mut last_contained_log_timestamp = None;
        let mut complete = false;
        let mut scratch = Scratch::new();
        while !bytes.is_empty() {
            if complete {
                return Err(malformed("there are bytes behind the footer"));
            }
            let unreadable = |error| ReplayError::MalformedCheckpoint { reason: format!("{error}") };
            let batch = BatchView::parse(bytes).map_err(unreadable)?;
            batch.verify_crc().map_err(unreadable)?;
            bytes = &bytes[batch.total_size()..];
            let mut buffer = Vec::new();
            let iter =
                RecordIter::new(&batch, &Limits::default(), &mut scratch, &mut buffer).map_err(unreadable)?;
            for record in iter {
                let record = record.map_err(unreadable)?;
                let value = record.value.unwrap_or_default();
                if !batch.is_control() {
                    if last_contained_log_timestamp.is_none() {
                        return Err(malformed("records stand before the header"));
                    }
                    records.push_encoded(value);
                    continue;
                }
                match ControlType::from_key(record.key.unwrap_or_default()) {
                    Some(ControlType::SnapshotHeader) => {
                        let header: SnapshotHeaderRecord = decode(value)?;
                        last_contained_log_timestamp = Some(header.last_contained_log_timestamp);
                    }
                    Some(ControlType::SnapshotFooter) => complete = true,
                    Some(kind) => loader.control(kind, value)?,
                    None => return Err(malformed("a control record has no type")),
                }
            }
        }
        if !complete {
            return Err(malformed("it ends before its footer"));
        }
        let last_contained_log_timestamp =
            last_contained_log_timestamp.ok_or_else(|| malformed("it has no header"))?;
        Ok(Self { last_contained_log_timestamp, quorum: loader.image().quorum.clone(), records })
    }
}

/// A snapshot of an image.
pub fn snapshot(image: &MetadataImage) -> Result<Checkpoint, EncodeError> {
    Ok(Checkpoint {
        last_contained_log_timestamp: image.highest_timestamp,
        quorum: image.quorum.clone(),
        records: snapshot_records(image)?,
    })
}

/// `kraft.version` and the voters as control records, as a snapshot and the log's first batch hold them.
pub fn quorum_records(quorum: &QuorumImage) -> Result<Vec<(ControlType, Vec<u8>)>, EncodeError> {
    let version = KRaftVersionRecord { version: 0, kraft_version: quorum.kraft_version };
    let voters = quorum.voters.iter().map(|voter| WireVoter {
        voter_id: voter.id,
        voter_directory_id: voter.directory_id,
        endpoints: voter
            .endpoints
            .iter()
            .map(|endpoint| WireEndpoint { name: &endpoint.name, host: &endpoint.host, port: endpoint.port })
            .collect(),
        kraft_version_feature: KRaftVersionFeature {
            min_supported_version: voter.kraft_versions.0,
            max_supported_version: voter.kraft_versions.1,
        },
    });
    let voters = VotersRecord { version: 0, voters: voters.collect() };
    Ok(vec![
        (ControlType::KRaftVersion, encode_message(&version, 0)?),
        (ControlType::KRaftVoters, encode_message(&voters, 0)?),
    ])
}

/// A control batch of these records.
#[must_use]
pub fn control_batch(records: &[(ControlType, Vec<u8>)], now_ms: i64) -> BatchBuilder {
    let mut batch = BatchBuilder::new(Compression::None).control(true);
    for (kind, value) in records {
        batch.append_control(now_ms, *kind, value);
    }
    batch
}

/// The records that rebuild this image from nothing.
pub fn snapshot_records(image: &MetadataImage) -> Result<RecordList, EncodeError> {
    let mut records = RecordList::new();
    let features = &image.features;
    // metadata.version goes first: it says how to read what follows.
    if features.metadata_version() > 0 {
        let feature_level = features.metadata_version();
        records.push(wire::FeatureLevelRecord { name: METADATA_VERSION, feature_level }, 0)?;
    }
    for (name, &feature_level) in features.levels.iter().filter(|(name, _)| &***name != METADATA_VERSION) {
        records.push(wire::FeatureLevelRecord { name, feature_level }, 0)?;
    }
    for broker in image.cluster.brokers.values() {
        records.push(broker_record(broker, features), features.register_broker_record_version())?;
    }
    for controller in image.cluster.controllers.values().filter(|_| features.controllers_registered()) {
        records.push(controller_record(controller), 0)?;
    }
    for topic in image.topics.by_name.values() {
        topic_records(topic, features, &mut records)?;
    }
    for (resource, values) in &image.configs.resources {
        for (name, value) in values {
            let record = wire::ConfigRecord {
                resource_type: resource.kind.code(),
                resource_name: &resource.name,
                name,
                value: Some(value),
            };
            records.push(record, 0)?;
        }
    }
    for (entity, limits) in &image.client_quotas.entities {
        for (key, &value) in limits {
            let entity = entity.0.iter().map(|(kind, name)| wire::client_quota_record::EntityData {
                entity_type: kind,
                entity_name: name.as_deref(),
            });
            records
                .push(wire::ClientQuotaRecord { entity: entity.collect(), key, value, remove: false }, 0)?;
        }
    }
    if let Some(next_producer_id) = image.next_producer_id {
        records.push(wire::ProducerIdsRecord { broker_id: -1, broker_epoch: -1, next_producer_id }, 0)?;
    }
    security_records(image, &mut records)?;
    Ok(records)
}

fn topic_records(
    topic: &TopicImage,
    features: &FeaturesImage,
    records: &mut RecordList,
) -> Result<(), EncodeError> {
    records.push(wire::TopicRecord { name: &topic.name, topic_id: topic.id }, 0)?;
    for (index, partition) in (0..).zip(&topic.partitions) {
        records.push(partition.to_record(topic.id, index, features), features.partition_record_version())?;
    }
    Ok(())
}

fn broker_record<'r>(
    broker: &'r BrokerRegistration,
    features: &FeaturesImage,
) -> wire::RegisterBrokerRecord<'r> {
    use wire::register_broker_record::{BrokerEndpoint, BrokerFeature};
    let version = features.register_broker_record_version();
    wire::RegisterBrokerRecord {
        broker_id: broker.id,
        is_migrating_zk_broker: broker.is_migrating_zk_broker,
        incarnation_id: broker.incarnation_id,
        broker_epoch: broker.epoch,
        end_points: broker
            .endpoints
            .iter()
            .map(|endpoint| BrokerEndpoint {
                name: &endpoint.name,
                host: &endpoint.host,
                port: endpoint.port,
                security_protocol: endpoint.security_protocol,
            })
            .collect(),
        features: broker
            .features
            .iter()
            .map(|feature| BrokerFeature {
                name: &feature.name,
                min_supported_version: feature.min,
                max_supported_version: feature.max,
            })
            .collect(),
        rack: broker.rack.as_deref(),
        fenced: broker.fenced,
        in_controlled_shutdown: broker.in_controlled_shutdown,
        log_dirs: if version >= 3 { broker.log_dirs.clone() } else { Vec::new() },
        cordoned_log_dirs: if version >= 4 { broker.cordoned_log_dirs.clone() } else { None },
    }
}

fn controller_record(controller: &ControllerRegistration) -> wire::RegisterControllerRecord<'_> {
    use wire::register_controller_record::{ControllerEndpoint, ControllerFeature};
    wire::RegisterControllerRecord {
        controller_id: controller.id,
        incarnation_id: controller.incarnation_id,
        zk_migration_ready: controller.zk_migration_ready,
        end_points: controller
            .endpoints
            .iter()
            .map(|endpoint| ControllerEndpoint {
                name: &endpoint.name,
                host: &endpoint.host,
                port: endpoint.port,
                security_protocol: endpoint.security_protocol,
            })
            .collect(),
        features: controller
            .features
            .iter()
            .map(|feature| ControllerFeature {
                name: &feature.name,
                min_supported_version: feature.min,
                max_supported_version: feature.max,
            })
            .collect(),
    }
}

fn security_records(image: &MetadataImage, records: &mut RecordList) -> Result<(), EncodeError> {
    for (&id, entry) in &image.acls.entries {
        records.push(entry.record(id), 0)?;
    }
    for ((mechanism, name), credential) in &image.scram.credentials {
        let record = wire::UserScramCredentialRecord {
            name,
            mechanism: *mechanism,
            salt: &credential.salt,
            stored_key: &credential.stored_key,
            server_key: &credential.server_key,
            iterations: credential.iterations,
        };
        records.push(record, 0)?;
    }
    for (token_id, token) in &image.delegation_tokens.tokens {
        records.push(token.record(token_id), 0)?;
    }
    Ok(())
}

/// Data batches of a snapshot stay below this; Kafka reads up to 8 MiB at once.
const SNAPSHOT_BATCH_BYTES_MAX: usize = 1 << 20;
