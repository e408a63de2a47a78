//! CreatePartitions: a topic grows. Old partitions stay where they are.

use std::collections::BTreeMap;

use thalweg_metadata::{MetadataImage, RecordList, TopicImage};
use thalweg_wire::ErrorCode;

use crate::placement::{check_manual, new_partition, place};
use crate::{ApiError, CreatePartitions, Decision, MorePartitions, NewIds, RECORDS_PER_REQUEST_MAX};

type Answer = Vec<(String, Result<(), ApiError>)>;

/// Decides a CreatePartitions request.
pub fn create_partitions(
    image: &MetadataImage,
    request: &CreatePartitions,
    ids: &mut dyn NewIds,
) -> Decision<Answer> {
    let mut records = RecordList::new();
    let mut seen: BTreeMap<&str, u32> = BTreeMap::new();
    for topic in &request.topics {
        *seen.entry(&topic.name).or_default() += 1;
    }
    let mut response = Answer::with_capacity(request.topics.len());
    for more in &request.topics {
        let result = if seen.get(&*more.name).is_some_and(|&count| count > 1) {
            Err(ApiError::new(ErrorCode::InvalidRequest, "Duplicate topic name."))
        } else {
            records.attempt(|records| grow(image, more, ids, records))
        };
        response.push((more.name.clone(), result));
    }
    if request.validate_only {
        records = RecordList::new();
    }
    Decision { records, response }
}

fn grow(
    image: &MetadataImage,
    more: &MorePartitions,
    ids: &mut dyn NewIds,
    records: &mut RecordList,
) -> Result<(), ApiError> {
    let topic =
        image.topics.named(&more.name).ok_or_else(|| ApiError::bare(ErrorCode::UnknownTopicOrPartition))?;
    let present = i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX);
    let refuse = |why: String| Err(ApiError::new(ErrorCode::InvalidPartitions, why));
    if more.count == present {
        return refuse(format!("Topic already has {present} partition(s)."));
    }
    if more.count < present {
        return refuse(format!(
            "The topic {} currently has {present} partition(s); {} would not be an increase.",
            more.name, more.count
        ));
    }
    let additional = more.count - present;
    if usize::try_from(additional).is_ok_and(|count| records.len() + count > RECORDS_PER_REQUEST_MAX) {
        let why = "Excessively large number of additional partitions per request.";
        return Err(ApiError::new(ErrorCode::PolicyViolation, why));
    }
    let placed = replicas(image, topic, more, additional, ids)?;
    for (index, (replicas, manual)) in (present..).zip(placed) {
        let partition = new_partition(image, replicas).ok_or_else(|| {
            if manual {
                ApiError::new(
                    ErrorCode::InvalidReplicaAssignment,
                    "All brokers specified in the manual partition assignment for partition {index} are fenced or \
                     in controlled shutdown."
                        .replace("{index}", &index.to_string()),
                )
            } else {
                let factor = topic.partitions.first().map_or(1, |first| first.replicas.len());
                let why = format!(
                    "Unable to replicate the partition {factor} time(s): All brokers are currently fenced or in \
                     controlled shutdown."
                );
                ApiError::new(ErrorCode::InvalidReplicationFactor, why)
            }
        })?;
        let features = &image.features;
        let record = partition.to_record(topic.id, index, features);
        records
            .push(record, features.partition_record_version())
            .map_err(|_| ApiError::bare(ErrorCode::UnknownServerError))?;
    }
    Ok(())
}

/// Replicas of the new partitions, each with whether the client chose them.
fn replicas(
    image: &MetadataImage,
    topic: &TopicImage,
    more: &MorePartitions,
    additional: i32,
    ids: &mut dyn NewIds,
) -> Result<Vec<(Vec<i32>, bool)>, ApiError> {
    let factor = topic.partitions.first().map_or(1, |first| first.replicas.len());
    let Some(assignments) = &more.assignments else {
        let factor = i16::try_from(factor).unwrap_or(i16::MAX);
        let placed = place(image, additional, factor, ids.number())?;
        return Ok(placed.into_iter().map(|replicas| (replicas, false)).collect());
    };
    if usize::try_from(additional) != Ok(assignments.len()) {
        let why = format!(
            "Attempted to add {additional} additional partition(s), but only {} assignment(s) were specified.",
            assignments.len()
        );
        return Err(ApiError::new(ErrorCode::InvalidReplicaAssignment, why));
    }
    for replicas in assignments {
        check_manual(image, replicas, Some(factor))?;
    }
    Ok(assignments.iter().map(|replicas| (replicas.clone(), true)).collect())
}
