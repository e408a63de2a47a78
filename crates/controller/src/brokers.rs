//! Brokers and controllers that come and go: registration, unfencing with election, controlled shutdown,
//! fencing, and what follows an unclean stop.

use thalweg_config::{Scope, Value, table};
use thalweg_metadata::{ConfigResource, Endpoint, MetadataImage, RecordList, SupportedVersions, TopicImage};
use thalweg_model::{DirectoryId, Uuid};
use thalweg_wire::messages::metadata::{
    BrokerRegistrationChangeRecord, PartitionChangeRecord, RegisterBrokerRecord, RegisterControllerRecord,
    UnregisterBrokerRecord,
    register_broker_record::{BrokerEndpoint, BrokerFeature},
    register_controller_record::{ControllerEndpoint, ControllerFeature},
};
use thalweg_wire::{EncodeError, ErrorCode};

use crate::election::PartitionChanger;
use crate::{ApiError, Decision};

/// How a node presents itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// `node.id`.
    pub id: i32,
    /// Random id of this process in this role.
    pub incarnation_id: Uuid,
    /// Where it can be reached.
    pub endpoints: Vec<Endpoint>,
    /// Levels it can serve.
    pub features: Vec<SupportedVersions>,
    /// `broker.rack`.
    pub rack: Option<String>,
    /// Ids of its log directories.
    pub log_dirs: Vec<DirectoryId>,
}

/// RegisterControllerRecord of a controller that has become active (KIP-919); nothing where the cluster's
/// metadata.version does not know that record, for Kafka would not start on it.
pub fn register_controller(image: &MetadataImage, node: &Registration) -> Result<RecordList, EncodeError> {
    let mut records = RecordList::new();
    if !image.features.controllers_registered() {
        return Ok(records);
    }
    let record = RegisterControllerRecord {
        controller_id: node.id,
        incarnation_id: node.incarnation_id,
        zk_migration_ready: false,
        end_points: node
            .endpoints
            .iter()
            .map(|endpoint| ControllerEndpoint {
                name: &endpoint.name,
                host: &endpoint.host,
                port: endpoint.port,
                security_protocol: endpoint.security_protocol,
            })
            .collect(),
        features: node
            .features
            .iter()
            .map(|feature| ControllerFeature {
                name: &feature.name,
                min_supported_version: feature.min,
                max_supported_version: feature.max,
            })
            .collect(),
    };
    records.push(record, 0)?;
    Ok(records)
}

/// Registers a broker, fenced. `log_end` is the metadata log's end, which becomes its epoch. `previous_epoch`
/// is what its clean shutdown left behind: when that is not the epoch known here, it lost what it had not
/// flushed, and stops being eligible to lead (KIP-966).
pub fn register_broker(
    image: &MetadataImage,
    broker: &Registration,
    log_end: i64,
    previous_epoch: Option<i64>,
) -> Result<RecordList, EncodeError> {
    let mut records = RecordList::new();
    let known = image.cluster.brokers.get(&broker.id);
    if known.is_some_and(|known| Some(known.epoch) != previous_epoch) {
        push_changes(image, &mut records, |changer| changer.after_unclean_stop(broker.id))?;
    }
    let version = image.features.register_broker_record_version();
    let mut log_dirs = broker.log_dirs.clone();
    log_dirs.sort_unstable();
    let record = RegisterBrokerRecord {
        broker_id: broker.id,
        incarnation_id: broker.incarnation_id,
        broker_epoch: log_end,
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
        fenced: true,
        log_dirs: if version >= 3 { log_dirs } else { Vec::new() },
        ..RegisterBrokerRecord::default()
    };
    records.push(record, version)?;
    Ok(records)
}

/// The broker serves: it is unfenced and elected wherever it may lead. The first of the two lists is what its
/// first heartbeat says about cordoned directories (KIP-1066).
pub fn unfence(
    image: &MetadataImage,
    broker_id: i32,
    cordoned_log_dirs: &[DirectoryId],
) -> Result<[RecordList; 2], EncodeError> {
    let (mut cordoned, mut records) = (RecordList::new(), RecordList::new());
    let Some(broker) = image.cluster.brokers.get(&broker_id) else { return Ok([cordoned, records]) };
    push_cordoned(image, broker_id, cordoned_log_dirs, &mut cordoned)?;
    if broker.fenced {
        let record = BrokerRegistrationChangeRecord {
            broker_id,
            broker_epoch: broker.epoch,
            fenced: -1,
            ..BrokerRegistrationChangeRecord::default()
        };
        records.push(record, 0)?;
    }
    push_changes(image, &mut records, |changer| {
        changer.with(broker_id, unclean_election_allowed(image, changer.topic))
    })?;
    Ok([cordoned, records])
}

/// What a broker's heartbeat says about cordoned directories, where that is news and the metadata has a place for it.
pub fn push_cordoned(
    image: &MetadataImage,
    broker_id: i32,
    cordoned: &[DirectoryId],
    records: &mut RecordList,
) -> Result<(), EncodeError> {
    let Some(broker) = image.cluster.brokers.get(&broker_id) else { return Ok(()) };
    let is_news = broker.cordoned_log_dirs.as_deref() != Some(cordoned);
    if is_news && image.features.register_broker_record_version() >= 4 {
        let record = BrokerRegistrationChangeRecord {
            broker_id,
            broker_epoch: broker.epoch,
            cordoned_log_dirs: Some(cordoned.to_vec()),
            ..BrokerRegistrationChangeRecord::default()
        };
        records.push(record, 3)?;
    }
    Ok(())
}

/// Controlled shutdown: the broker gives up every leadership and leaves every ISR, then is fenced. Two
/// batches, as Kafka writes them.
pub fn shut_down(image: &MetadataImage, broker_id: i32) -> Result<[RecordList; 2], EncodeError> {
    let (mut leaving, mut gone) = (RecordList::new(), RecordList::new());
    let Some(broker) = image.cluster.brokers.get(&broker_id) else { return Ok([leaving, gone]) };
    if !broker.in_controlled_shutdown {
        let record = BrokerRegistrationChangeRecord {
            broker_id,
            broker_epoch: broker.epoch,
            in_controlled_shutdown: 1,
            ..BrokerRegistrationChangeRecord::default()
        };
        leaving.push(record, 1)?;
    }
    push_changes(image, &mut leaving, |changer| changer.without(broker_id))?;
    if !broker.fenced {
        gone.push(fenced_record(broker_id, broker.epoch), 0)?;
    }
    Ok([leaving, gone])
}

/// The broker is gone without a word: leaderships and ISR memberships are taken back, then it is fenced.
pub fn fence(image: &MetadataImage, broker_id: i32) -> Result<RecordList, EncodeError> {
    let mut records = RecordList::new();
    let Some(broker) = image.cluster.brokers.get(&broker_id) else { return Ok(records) };
    push_changes(image, &mut records, |changer| changer.without(broker_id))?;
    if !broker.fenced {
        records.push(fenced_record(broker_id, broker.epoch), 0)?;
    }
    Ok(records)
}

/// UnregisterBroker: a broker that will not come back is forgotten, after it has left every ISR.
pub fn unregister_broker(image: &MetadataImage, broker_id: i32) -> Decision<Result<(), ApiError>> {
    let mut records = RecordList::new();
    let Some(broker) = image.cluster.brokers.get(&broker_id) else {
        let why = format!("Broker ID {broker_id} is not currently registered");
        return Decision { records, response: Err(ApiError::new(ErrorCode::BrokerIdNotRegistered, why)) };
    };
    let record = UnregisterBrokerRecord { broker_id, broker_epoch: broker.epoch };
    let changed = push_changes(image, &mut records, |changer| changer.without(broker_id))
        .and_then(|()| records.push(record, 0));
    match changed {
        Ok(()) => Decision { records, response: Ok(()) },
        Err(error) => {
            let error = ApiError::new(ErrorCode::UnknownServerError, error.to_string());
            Decision { records: RecordList::new(), response: Err(error) }
        }
    }
}

fn fenced_record(broker_id: i32, broker_epoch: i64) -> BrokerRegistrationChangeRecord {
    BrokerRegistrationChangeRecord {
        broker_id,
        broker_epoch,
        fenced: 1,
        ..BrokerRegistrationChangeRecord::default()
    }
}

fn push_changes(
    image: &MetadataImage,
    records: &mut RecordList,
    change: impl Fn(&PartitionChanger<'_>) -> Option<PartitionChangeRecord>,
) -> Result<(), EncodeError> {
    let version = image.features.partition_record_version();
    for topic in image.topics.by_id.values() {
        for index in 0..topic.partitions.len() {
            let record = PartitionChanger::new(image, topic, index).and_then(|changer| change(&changer));
            if let Some(record) = record {
                records.push(record, version)?;
            }
        }
    }
    Ok(())
}

/// Whether a topic's owner accepts the loss of records for the sake of having a leader.
pub fn unclean_election_allowed(image: &MetadataImage, topic: &TopicImage) -> bool {
    const KEY: &str = "unclean.leader.election.enable";
    let configs = &image.configs;
    let text = configs
        .value(&ConfigResource::topic(&topic.name), KEY)
        .or_else(|| configs.value(&ConfigResource::all_brokers(), KEY));
    let value = text.and_then(|text| table::key(Scope::Topic, KEY)?.parse(text).ok());
    value == Some(Value::Boolean(true))
}
