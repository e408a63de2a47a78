//! IncrementalAlterConfigs (KIP-339), and the rules that a topic's configuration must keep.

use std::collections::{BTreeMap, BTreeSet};

use thalweg_config::{Kind, Scope, UpdateMode, Value, table};
use thalweg_metadata::{ConfigResource, MetadataImage, RecordList, ResourceType};
use thalweg_model::validate_topic_name;
use thalweg_wire::messages::metadata::{ClearElrRecord, ConfigRecord};
use thalweg_wire::{EncodeError, ErrorCode};

use crate::create_topics::name_error;
use crate::{
    AlterConfigs, ApiError, ConfigChange, ConfigOperation, ControllerSettings, Decision, ResourceChanges,
};

/// Decides an IncrementalAlterConfigs request: each resource stands or falls alone.
pub fn alter_configs(
    settings: &ControllerSettings,
    image: &MetadataImage,
    request: &AlterConfigs,
) -> Decision<Vec<Result<(), ApiError>>> {
    let mut seen: BTreeMap<(i8, &str), u32> = BTreeMap::new();
    for resource in &request.resources {
        *seen.entry((resource.resource_type, &resource.resource_name)).or_default() += 1;
    }
    let mut records = RecordList::new();
    let mut response = Vec::with_capacity(request.resources.len());
    for resource in &request.resources {
        let before = records.len();
        let twice =
            seen.get(&(resource.resource_type, &*resource.resource_name)).is_some_and(|&count| count > 1);
        let result = if twice {
            Err(ApiError::new(ErrorCode::InvalidRequest, "Each resource must appear at most once."))
        } else {
            alter(settings, image, resource, &mut records)
        };
        if result.is_err() {
            records.truncate(before);
        }
        response.push(result);
    }
    if request.validate_only {
        records = RecordList::new();
    }
    Decision { records, response }
}

fn alter(
    settings: &ControllerSettings,
    image: &MetadataImage,
    changes: &ResourceChanges,
    records: &mut RecordList,
) -> Result<(), ApiError> {
    check_shape(&changes.changes)?;
    let resource = resource(changes)?;
    let scope = scope(resource.kind)?;
    if resource.kind == ResourceType::Broker {
        check_broker(settings, image, &resource, &changes.changes)?;
    }

    let present: BTreeMap<&str, &str> = image.configs.of(&resource).collect();
    let mut after: BTreeMap<String, String> =
        present.iter().map(|(&key, &value)| (key.to_owned(), value.to_owned())).collect();
    let mut written: Vec<(&str, Option<String>)> = Vec::new();
    for change in &changes.changes {
        let old = present.get(&*change.name).copied();
        let new = new_value(scope, change, old)?;
        // Brokers are told again even of a value they have: it may stand in a file that has changed.
        if new.as_deref() != old || resource.kind == ResourceType::Broker {
            written.push((&change.name, new.clone()));
        }
        match new {
            Some(new) => drop(after.insert(change.name.clone(), new)),
            None => drop(after.remove(&change.name)),
        }
    }
    if resource.kind == ResourceType::Topic && image.topics.named(&resource.name).is_none() {
        let why = format!("The topic '{}' does not exist.", resource.name);
        return Err(ApiError::new(ErrorCode::UnknownTopicOrPartition, why));
    }
    let after: BTreeMap<&str, &str> =
        after.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    match resource.kind {
        ResourceType::Topic => check_topic_configs(&after)?,
        ResourceType::Broker => {}
        _ => check_known(scope, &after)?,
    }
    write(image, &resource, &written, records).map_err(|error| {
        ApiError::new(ErrorCode::InvalidConfig, format!("The configuration cannot be written down: {error}"))
    })
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

/// A request that names a key twice, or gives no value, is refused before anything is looked at.
fn check_shape(changes: &[ConfigChange]) -> Result<(), ApiError> {
    let names: BTreeSet<&str> = changes.iter().map(|change| change.name.as_str()).collect();
    if names.len() != changes.len() {
        return Err(ApiError::new(ErrorCode::InvalidRequest, "Error due to duplicate config keys"));
    }
    let nulls: Vec<&str> = changes
        .iter()
        .filter(|change| change.value.is_none() && change.operation != ConfigOperation::Delete as i8)
        .map(|change| change.name.as_str())
        .collect();
    if nulls.is_empty() {
        return Ok(());
    }
    let why = format!("Null value not supported for : {}", nulls.join(","));
    Err(ApiError::new(ErrorCode::InvalidRequest, why))
}

fn resource(changes: &ResourceChanges) -> Result<ConfigResource, ApiError> {
    let Some(kind) = ResourceType::from_code(changes.resource_type) else {
        let why = format!("Unsupported resource type {}.", changes.resource_type);
        return Err(ApiError::new(ErrorCode::InvalidRequest, why));
    };
    let name = &changes.resource_name;
    match kind {
        ResourceType::Topic if name.is_empty() => {
            return Err(ApiError::new(ErrorCode::InvalidRequest, "Default topic resources are not allowed."));
        }
        ResourceType::Topic => validate_topic_name(name)
            .map_err(|error| ApiError::new(ErrorCode::InvalidTopicException, name_error(name, error)))?,
        ResourceType::Group if name.is_empty() => {
            return Err(ApiError::new(ErrorCode::InvalidRequest, "Default group resources are not allowed."));
        }
        ResourceType::ClientMetrics if name.is_empty() => {
            let why = "Subscription name can't be empty";
            return Err(ApiError::new(ErrorCode::InvalidRequest, why));
        }
        _ => {}
    }
    Ok(ConfigResource { kind, name: name.as_str().into() })
}

fn scope(kind: ResourceType) -> Result<Scope, ApiError> {
    match kind {
        ResourceType::Topic => Ok(Scope::Topic),
        ResourceType::Broker => Ok(Scope::Broker),
        ResourceType::Group => Ok(Scope::Group),
        ResourceType::ClientMetrics => Ok(Scope::ClientMetrics),
        ResourceType::BrokerLogger => {
            let why = "Log levels belong to one broker and are not kept in the cluster's metadata.";
            Err(ApiError::new(ErrorCode::InvalidRequest, why))
        }
    }
}

fn check_broker(
    settings: &ControllerSettings,
    image: &MetadataImage,
    resource: &ConfigResource,
    changes: &[ConfigChange],
) -> Result<(), ApiError> {
    if !resource.name.is_empty() && resource.name.parse() != Ok(settings.node_id) {
        let why =
            format!("Unexpected broker id, expected {}, but received {}", settings.node_id, resource.name);
        return Err(ApiError::new(ErrorCode::InvalidRequest, why));
    }
    let read_only: Vec<&str> = changes
        .iter()
        .filter(|change| {
            table::broker_key(&change.name).is_some_and(|key| key.update == UpdateMode::ReadOnly)
        })
        .map(|change| change.name.as_str())
        .collect();
    // min.insync.replicas is a topic's key here: the cluster's default lives in the metadata (KIP-966).
    let read_only: Vec<&str> = read_only.into_iter().filter(|name| *name != MIN_INSYNC_REPLICAS).collect();
    if !read_only.is_empty() {
        let why = format!("Cannot update these configs dynamically: [{}]", read_only.join(", "));
        return Err(ApiError::new(ErrorCode::InvalidRequest, why));
    }
    for change in changes {
        if change.name == MIN_INSYNC_REPLICAS && image.features.elr_enabled() {
            let why = if !resource.name.is_empty() {
                "Broker-level min.insync.replicas cannot be altered while ELR is enabled."
            } else if change.operation == ConfigOperation::Delete as i8 {
                "Cluster-level min.insync.replicas cannot be removed while ELR is enabled."
            } else {
                continue;
            };
            return Err(ApiError::new(ErrorCode::InvalidConfig, why));
        }
        if let (Some(key), Some(value)) = (table::broker_key(&change.name), &change.value)
            && change.operation == ConfigOperation::Set as i8
        {
            key.parse(value).map_err(|error| ApiError::new(ErrorCode::InvalidConfig, error.message))?;
        }
    }
    Ok(())
}

fn new_value(scope: Scope, change: &ConfigChange, old: Option<&str>) -> Result<Option<String>, ApiError> {
    let Some(operation) = ConfigOperation::from_code(change.operation) else {
        let why = format!("Unknown config operation {}.", change.operation);
        return Err(ApiError::new(ErrorCode::InvalidRequest, why));
    };
    let value = change.value.as_deref().unwrap_or_default();
    let adds = match operation {
        ConfigOperation::Set => return Ok(Some(value.to_owned())),
        ConfigOperation::Delete => return Ok(None),
        ConfigOperation::Append => true,
        ConfigOperation::Subtract => false,
    };
    let key = table::key(scope, &change.name);
    if key.is_none_or(|key| key.kind != Kind::List) {
        let why = format!(
            "Can't {} to key {} because its type is not LIST.",
            if adds { "APPEND" } else { "SUBTRACT" },
            change.name
        );
        return Err(ApiError::new(ErrorCode::InvalidConfig, why));
    }
    let old = old.or_else(|| key.and_then(|key| key.default_text())).unwrap_or_default();
    let split = |text: &str| -> Vec<String> {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let mut parts = split(old);
    for part in split(value) {
        match parts.iter().position(|present| *present == part) {
            Some(at) if !adds => drop(parts.remove(at)),
            None if adds => parts.push(part),
            _ => {}
        }
    }
    Ok(Some(parts.join(",")))
}

/// Every key known and every value legal.
fn check_known(scope: Scope, configs: &BTreeMap<&str, &str>) -> Result<(), ApiError> {
    let refuse = |why: String| ApiError::new(ErrorCode::InvalidConfig, why);
    let noun = match scope {
        Scope::Topic => "topic",
        Scope::Broker => "broker",
        Scope::Group => "group",
        Scope::ClientMetrics => "client metrics",
    };
    if let Some(name) = configs.keys().find(|name| table::key(scope, name).is_none()) {
        return Err(refuse(format!("Unknown {noun} config name: {name}")));
    }
    for (name, value) in configs {
        if let Some(key) = table::key(scope, name) {
            key.parse(value).map_err(|error| refuse(error.message))?;
        }
    }
    Ok(())
}

/// What a topic's own configuration must keep, as a whole.
pub fn check_topic_configs(configs: &BTreeMap<&str, &str>) -> Result<(), ApiError> {
    check_known(Scope::Topic, configs)?;
    let number = |name: &str| {
        let key = table::key(Scope::Topic, name)?;
        let value = match configs.get(name) {
            Some(text) => key.parse(text).ok()?,
            None => key.default_value()?,
        };
        if let Value::Number(number) = value { Some(number) } else { None }
    };
    let (min, max) = (number("min.compaction.lag.ms"), number("max.compaction.lag.ms"));
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        let why = format!(
            "conflict topic config setting min.compaction.lag.ms ({min}) > max.compaction.lag.ms ({max})"
        );
        return Err(ApiError::new(ErrorCode::InvalidConfig, why));
    }
    Ok(())
}

/// The key that eligible leader replicas depend on.
pub const MIN_INSYNC_REPLICAS: &str = "min.insync.replicas";
