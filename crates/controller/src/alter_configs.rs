//! IncrementalAlterConfigs (KIP-339) and AlterConfigs: whose configuration it is, and the records that a change comes
//! to. Whether a value may be is the config room's to say.

use std::collections::BTreeMap;

use thalweg_config::{
    AlterError, AlterErrorKind, AlterOperation, Alteration, BrokerScope, ConfigChange as Change, Effective,
    Overrides, Served, alter_broker, alter_client_metrics, alter_group, alter_topic, table,
};
use thalweg_metadata::{ConfigResource, MetadataImage, RecordList, ResourceType};
use thalweg_model::{DirectoryId, validate_topic_name};
use thalweg_wire::messages::metadata::{ClearElrRecord, ConfigRecord};
use thalweg_wire::{EncodeError, ErrorCode};

use crate::brokers::push_cordoned;
use crate::create_topics::name_error;
use crate::{
    AlterConfigs, ApiError, ConfigChange, ConfigOperation, ControllerSettings, Decision, NewIds,
    ResourceChanges,
};

/// Decides an IncrementalAlterConfigs or AlterConfigs request: each resource stands or falls alone.
pub fn alter_configs(
    settings: &ControllerSettings,
    image: &MetadataImage,
    request: &AlterConfigs,
    ids: &dyn NewIds,
) -> Decision<Vec<Result<(), ApiError>>> {
    let mut seen: BTreeMap<(i8, &str), u32> = BTreeMap::new();
    for resource in &request.resources {
        *seen.entry((resource.resource_type, &resource.resource_name)).or_default() += 1;
    }
    let mut records = RecordList::new();
    let mut response = Vec::with_capacity(request.resources.len());
    for resource in &request.resources {
        let twice =
            seen.get(&(resource.resource_type, &*resource.resource_name)).is_some_and(|&count| count > 1);
        let result = if twice {
            Err(ApiError::new(ErrorCode::InvalidRequest, "Each resource must appear at most once."))
        } else {
            records.attempt(|records| alter(settings, image, resource, request.replace, ids, records))
        };
        response.push(result);
    }
    if request.validate_only {
        records = RecordList::new();
    }
    Decision { records, response }
}

/// Runs `look` over every layer of this node's broker configuration.
pub fn with_effective<T>(
    settings: &ControllerSettings,
    image: &MetadataImage,
    look: impl FnOnce(&Effective<'_>) -> T,
) -> T {
    let broker = overrides(image, &ConfigResource::broker(settings.node_id));
    let cluster = overrides(image, &ConfigResource::all_brokers());
    look(&Effective { settings: &settings.start, broker: &broker, cluster: &cluster })
}

fn overrides(image: &MetadataImage, resource: &ConfigResource) -> Overrides {
    image.configs.of(resource).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

/// What the config room says of a change, as the client is told.
pub fn told(error: AlterError) -> ApiError {
    let code = match error.kind {
        AlterErrorKind::InvalidConfig => ErrorCode::InvalidConfig,
        AlterErrorKind::InvalidRequest => ErrorCode::InvalidRequest,
    };
    ApiError::new(code, error.message)
}

fn alter(
    settings: &ControllerSettings,
    image: &MetadataImage,
    changes: &ResourceChanges,
    replace: bool,
    ids: &dyn NewIds,
    records: &mut RecordList,
) -> Result<(), ApiError> {
    let resource = resource(settings, changes)?;
    let current = overrides(image, &resource);
    let mut alterations = Vec::with_capacity(changes.changes.len());
    for ConfigChange { name, operation, value } in &changes.changes {
        // An operation nobody knows is a fault that Kafka has no words for.
        let operation =
            AlterOperation::from_code(if replace { ConfigOperation::Set as i8 } else { *operation })
                .ok_or(ApiError { code: ErrorCode::UnknownServerError, message: None })?;
        alterations.push(Alteration { key: name, operation, value: value.as_deref() });
    }
    if replace {
        // AlterConfigs says all that is left; what it does not name goes.
        let gone = current.keys().filter(|key| changes.changes.iter().all(|change| change.name != **key));
        alterations.extend(gone.map(|key| Alteration {
            key,
            operation: AlterOperation::Delete,
            value: None,
        }));
    }
    let altered = with_effective(settings, image, |effective| match resource.kind {
        ResourceType::Topic => alter_topic(&current, &alterations, effective),
        ResourceType::Broker => {
            let scope = if resource.name.is_empty() { BrokerScope::Cluster } else { BrokerScope::Broker };
            alter_broker(&current, &alterations, scope, effective, image.features.elr_enabled())
        }
        ResourceType::Group => alter_group(&current, &alterations, effective),
        ResourceType::ClientMetrics => alter_client_metrics(&current, &alterations),
        ResourceType::BrokerLogger => Ok(Vec::new()),
    });
    let altered = altered.map_err(told)?;
    if resource.kind == ResourceType::Broker {
        check_at_run_time(&altered)?;
        let cordoned = ask_broker(settings, image, &resource, &altered, ids)?;
        if let Some(cordoned) = cordoned.filter(|_| altered.iter().any(|change| change.key == CORDONED)) {
            if image.features.register_broker_record_version() < 4 {
                let why =
                    format!("{CORDONED} has no effect before metadata.version 4.3-IV0; upgrade it first");
                return Err(ApiError::new(ErrorCode::InvalidConfig, why));
            }
            push_cordoned(image, settings.node_id, &cordoned, records)
                .map_err(|error| ApiError::new(ErrorCode::UnknownServerError, error.to_string()))?;
        }
    }
    if resource.kind == ResourceType::Topic && image.topics.named(&resource.name).is_none() {
        let why = format!("The topic '{}' does not exist.", resource.name);
        return Err(ApiError::new(ErrorCode::UnknownTopicOrPartition, why));
    }
    let written: Vec<(&str, Option<String>)> =
        altered.iter().map(|change| (change.key.as_str(), change.value.clone())).collect();
    write(image, &resource, &written, records)
        .map_err(|error| ApiError::new(ErrorCode::UnknownServerError, error.to_string()))
}

fn write(
    image: &MetadataImage,
    resource: &ConfigResource,
    written: &[(&str, Option<String>)],
    records: &mut RecordList,
) -> Result<(), EncodeError> {
    for (name, value) in written {
        let record = ConfigRecord {
            resource_type: resource.kind.code(),
            resource_name: &resource.name,
            name,
            value: value.as_deref(),
        };
        records.push(record, 0)?;
    }
    // KIP-966: what was eligible under the old minimum need not be under the new one.
    let min_isr_changed = written.iter().any(|(name, _)| *name == MIN_INSYNC_REPLICAS);
    if min_isr_changed && image.features.elr_enabled() {
        let topic_name = if resource.kind == ResourceType::Topic { &*resource.name } else { "" };
        records.push(ClearElrRecord { topic_name }, 0)?;
    }
    Ok(())
}

/// A broker key that may change at run time in Kafka, and would have no effect here, is refused rather than recorded.
fn check_at_run_time(altered: &[Change]) -> Result<(), ApiError> {
    for Change { key, value } in altered {
        let why = match table::broker_key(key) {
            _ if value.is_none() => continue,
            Some(known) if known.served == Served::No => "what it asks for is not implemented by this broker",
            Some(known) if FIXED_AT_START.contains(&known.name) => {
                "this broker opens its listeners once, when it starts; change its configuration and restart it"
            }
            _ => continue,
        };
        return Err(ApiError::new(ErrorCode::InvalidRequest, format!("{key} cannot be changed: {why}")));
    }
    Ok(())
}

/// Asks the running broker whether it could do with what the change comes to, and which directories that cordons.
fn ask_broker(
    settings: &ControllerSettings,
    image: &MetadataImage,
    resource: &ConfigResource,
    altered: &[Change],
    ids: &dyn NewIds,
) -> Result<Option<Vec<DirectoryId>>, ApiError> {
    let mut after = overrides(image, resource);
    for Change { key, value } in altered {
        match value {
            Some(value) => after.insert(key.clone(), value.clone()),
            None => after.remove(key),
        };
    }
    with_effective(settings, image, |now| {
        let then = match resource.name.is_empty() {
            true => Effective { cluster: &after, ..*now },
            false => Effective { broker: &after, ..*now },
        };
        ids.broker_takes(&then).map_err(|why| ApiError::new(ErrorCode::InvalidRequest, why))?;
        Ok(ids.cordoned(&then))
    })
}

/// Dynamic in Kafka, which opens and closes listeners while it runs.
const FIXED_AT_START: [&str; 2] = ["listeners", "listener.security.protocol.map"];

fn resource(settings: &ControllerSettings, changes: &ResourceChanges) -> Result<ConfigResource, ApiError> {
    let invalid = |why: String| Err(ApiError::new(ErrorCode::InvalidRequest, why));
    let unknown = || invalid(format!("Unknown resource type {}", changes.resource_type));
    let Some(kind) = ResourceType::from_code(changes.resource_type) else { return unknown() };
    let name = &changes.resource_name;
    match kind {
        ResourceType::Topic if name.is_empty() => {
            return invalid("Default topic resources are not allowed.".to_owned());
        }
        ResourceType::Topic => validate_topic_name(name)
            .map_err(|error| ApiError::new(ErrorCode::InvalidTopicException, name_error(name, error)))?,
        ResourceType::Broker if name.is_empty() => {}
        ResourceType::Broker => match name.parse::<i32>() {
            Ok(id) if id == settings.node_id => {}
            Ok(_) => {
                let expected = settings.node_id;
                return invalid(format!("Unexpected broker id, expected {expected}, but received {name}"));
            }
            Err(_) => return invalid(format!("Node id must be an integer, but it is: {name}")),
        },
        ResourceType::Group if name.is_empty() => {
            return invalid("Default group resources are not allowed.".to_owned());
        }
        ResourceType::ClientMetrics if name.is_empty() => {
            return invalid("Subscription name can't be empty".to_owned());
        }
        ResourceType::Group | ResourceType::ClientMetrics => {}
        // Log levels belong to one process and are not kept in the cluster's metadata.
        ResourceType::BrokerLogger => return unknown(),
    }
    Ok(ConfigResource { kind, name: name.as_str().into() })
}

/// Directories without new partitions (KIP-1066).
const CORDONED: &str = "cordoned.log.dirs";
/// The key that eligible leader replicas depend on.
pub const MIN_INSYNC_REPLICAS: &str = "min.insync.replicas";
