//! CreateTopics. Order of checks as in Kafka: names, existence, configuration, then partitions and replicas.

use std::collections::BTreeMap;

use thalweg_config::{Overrides, check_topic};
use thalweg_metadata::{MetadataImage, PartitionRegistration, RecordList, ResourceType};
use thalweg_model::{TopicNameError, Uuid, validate_topic_name};
use thalweg_wire::messages::metadata::{ClearElrRecord, ConfigRecord, TopicRecord};
use thalweg_wire::{EncodeError, ErrorCode};

use crate::alter_configs::{MIN_INSYNC_REPLICAS, told, with_effective};
use crate::placement::{check_manual, new_partition, place};
use crate::{
    ApiError, ControllerSettings, CreateTopics, CreatedTopic, Decision, NewIds, NewTopic,
    RECORDS_PER_REQUEST_MAX,
};

type Answer = Vec<(String, Result<CreatedTopic, ApiError>)>;

/// Decides a CreateTopics request: all topics that can be made are, in one atomic batch.
pub fn create_topics(
    settings: &ControllerSettings,
    image: &MetadataImage,
    request: &CreateTopics,
    ids: &mut dyn NewIds,
) -> Decision<Answer> {
    let whole = |error: &ApiError| {
        let answer = request.topics.iter().map(|topic| (topic.name.clone(), Err(error.clone())));
        Decision { records: RecordList::new(), response: answer.collect() }
    };
    if let Err(error) = check_total(settings, request) {
        return whole(&error);
    }
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for topic in &request.topics {
        *seen.entry(&topic.name).or_default() += 1;
    }

    let mut records = RecordList::new();
    let mut response = Answer::with_capacity(request.topics.len());
    for topic in &request.topics {
        let result = if topic.name == CLUSTER_METADATA {
            let why = format!("Creation of internal topic {CLUSTER_METADATA} is prohibited.");
            Err(ApiError::new(ErrorCode::InvalidRequest, why))
        } else if seen.get(&*topic.name).is_some_and(|&count| count > 1) {
            Err(ApiError::new(ErrorCode::InvalidRequest, "Duplicate topic name."))
        } else {
            create_topic(settings, image, topic, ids, &mut records)
        };
        if records.len() > RECORDS_PER_REQUEST_MAX {
            let why = "Unable to perform excessively large batch operation.";
            return whole(&ApiError::new(ErrorCode::PolicyViolation, why));
        }
        response.push((topic.name.clone(), result));
    }
    if request.validate_only {
        records = RecordList::new();
    }
    Decision { records, response }
}

/// No request may ask for more than 10,000 partitions in all.
fn check_total(settings: &ControllerSettings, request: &CreateTopics) -> Result<(), ApiError> {
    let mut total = 0i64;
    for topic in &request.topics {
        let partitions = match topic.partitions {
            _ if !topic.assignments.is_empty() => topic.assignments.len() as i64,
            -1 => settings.num_partitions.into(),
            count => count.max(0).into(),
        };
        total += partitions;
    }
    if total > RECORDS_PER_REQUEST_MAX as i64 {
        let why = "Excessively large number of partitions per request.";
        return Err(ApiError::new(ErrorCode::PolicyViolation, why));
    }
    Ok(())
}

fn create_topic(
    settings: &ControllerSettings,
    image: &MetadataImage,
    topic: &NewTopic,
    ids: &mut dyn NewIds,
    records: &mut RecordList,
) -> Result<CreatedTopic, ApiError> {
    check_name(image, &topic.name)?;
    let nulls: Vec<&str> =
        topic.configs.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| name.as_str()).collect();
    if !nulls.is_empty() {
        let why = format!("Null value not supported for topic configs: {}", nulls.join(","));
        return Err(ApiError::new(ErrorCode::InvalidConfig, why));
    }
    let configs: BTreeMap<&str, &str> =
        topic.configs.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_deref()?))).collect();
    let overrides: Overrides =
        configs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    with_effective(settings, image, |effective| check_topic(&overrides, effective)).map_err(told)?;
    let partitions = partitions(settings, image, topic, ids)?;

    let topic_id = ids.topic_id();
    records.attempt(|records| push_topic(image, topic, topic_id, &configs, &partitions, records)).map_err(
        |error| {
            let why = format!("The topic cannot be written down: {error}");
            ApiError::new(ErrorCode::InvalidRequest, why)
        },
    )?;
    Ok(CreatedTopic {
        topic_id,
        partitions: i32::try_from(partitions.len()).unwrap_or(i32::MAX),
        replication_factor: partitions
            .first()
            .map_or(0, |first| i16::try_from(first.replicas.len()).unwrap_or(i16::MAX)),
        configs: configs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    })
}

fn push_topic(
    image: &MetadataImage,
    topic: &NewTopic,
    topic_id: Uuid,
    configs: &BTreeMap<&str, &str>,
    partitions: &[PartitionRegistration],
    records: &mut RecordList,
) -> Result<(), EncodeError> {
    records.push(TopicRecord { name: &topic.name, topic_id }, 0)?;
    // Configuration stands between the topic and its partitions, so that whoever opens a log knows it.
    for (&name, &value) in configs {
        let record = ConfigRecord {
            resource_type: ResourceType::Topic.code(),
            resource_name: &topic.name,
            name,
            value: Some(value),
        };
        records.push(record, 0)?;
    }
    if configs.contains_key(MIN_INSYNC_REPLICAS) && image.features.elr_enabled() {
        records.push(ClearElrRecord { topic_name: &topic.name }, 0)?;
    }
    let features = &image.features;
    for (index, partition) in (0..).zip(partitions) {
        records.push(partition.to_record(topic_id, index, features), features.partition_record_version())?;
    }
    Ok(())
}

fn check_name(image: &MetadataImage, name: &str) -> Result<(), ApiError> {
    validate_topic_name(name)
        .map_err(|error| ApiError::new(ErrorCode::InvalidTopicException, name_error(name, error)))?;
    if image.topics.named(name).is_some() {
        return Err(ApiError::new(ErrorCode::TopicAlreadyExists, format!("Topic '{name}' already exists.")));
    }
    if let Some(other) = image.topics.colliding_with(name) {
        let why = format!("Topic '{name}' collides with existing topic: {other}");
        return Err(ApiError::new(ErrorCode::InvalidTopicException, why));
    }
    Ok(())
}

/// Kafka's sentences: tools show them and tests compare them.
pub fn name_error(name: &str, error: TopicNameError) -> String {
    match error {
        TopicNameError::Empty => "Topic name is invalid: the empty string is not allowed".to_owned(),
        TopicNameError::DotOnly => format!("Topic name is invalid: '{name}' is not allowed"),
        TopicNameError::TooLong => {
            format!("Topic name is invalid: the length of '{name}' is longer than the max allowed length 249")
        }
        TopicNameError::IllegalCharacter => format!(
            "Topic name is invalid: '{name}' contains one or more characters other than ASCII alphanumerics, '.', \
             '_' and '-'"
        ),
    }
}

fn partitions(
    settings: &ControllerSettings,
    image: &MetadataImage,
    topic: &NewTopic,
    ids: &mut dyn NewIds,
) -> Result<Vec<PartitionRegistration>, ApiError> {
    if !topic.assignments.is_empty() {
        return manual_partitions(image, topic);
    }
    if topic.replication_factor < -1 || topic.replication_factor == 0 {
        let why = "Replication factor must be larger than 0, or -1 to use the default value.";
        return Err(ApiError::new(ErrorCode::InvalidReplicationFactor, why));
    }
    if topic.partitions < -1 || topic.partitions == 0 {
        let why = "Number of partitions was set to an invalid non-positive value.";
        return Err(ApiError::new(ErrorCode::InvalidPartitions, why));
    }
    let count = if topic.partitions == -1 { settings.num_partitions } else { topic.partitions };
    let factor = match topic.replication_factor {
        -1 => settings.default_replication_factor,
        factor => factor,
    };
    let placed = place(image, count, factor, ids.number())?;
    let mut partitions = Vec::with_capacity(placed.len());
    for replicas in placed {
        partitions.push(new_partition(image, replicas).ok_or_else(|| {
            let why = format!(
                "Unable to replicate the partition {factor} time(s): All brokers are currently fenced or in \
                 controlled shutdown."
            );
            ApiError::new(ErrorCode::InvalidReplicationFactor, why)
        })?);
    }
    Ok(partitions)
}

fn manual_partitions(
    image: &MetadataImage,
    topic: &NewTopic,
) -> Result<Vec<PartitionRegistration>, ApiError> {
    for (set, what) in
        [(topic.replication_factor != -1, "replication factor"), (topic.partitions != -1, "numPartitions")]
    {
        if set {
            let why = format!("A manual partition assignment was specified, but {what} was not set to -1.");
            return Err(ApiError::new(ErrorCode::InvalidRequest, why));
        }
    }
    let refuse = |why: String| ApiError::new(ErrorCode::InvalidReplicaAssignment, why);
    let mut partitions = BTreeMap::new();
    let mut factor = None;
    for (index, replicas) in &topic.assignments {
        if partitions.contains_key(index) {
            return Err(refuse(format!("Found multiple manual partition assignments for partition {index}")));
        }
        check_manual(image, replicas, factor)?;
        factor = Some(replicas.len());
        let partition = new_partition(image, replicas.clone()).ok_or_else(|| {
            refuse(format!(
                "All brokers specified in the manual partition assignment for partition {index} are fenced or in \
                 controlled shutdown."
            ))
        })?;
        partitions.insert(*index, partition);
    }
    if partitions.keys().zip(0..).any(|(&index, expected)| index != expected) {
        return Err(refuse("partitions should be a consecutive 0-based integer sequence".to_owned()));
    }
    Ok(partitions.into_values().collect())
}

/// The metadata log's own topic, which nobody may make.
const CLUSTER_METADATA: &str = "__cluster_metadata";
