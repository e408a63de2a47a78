//! DescribeTopicPartitions (key 75), version 0 (KIP-966): topics in name order, page by page.
//!
//! A page ends after `response_partition_limit` partitions, at most `max.request.partition.size.limit`; the
//! cursor names the first partition of the next one. No topic named means all of them.

use std::collections::BTreeSet;

use thalweg_metadata::{NO_LEADER, TopicImage};
use thalweg_security::acl::ResourceType;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_topic_partitions_response::{
    Cursor, DescribeTopicPartitionsResponsePartition, DescribeTopicPartitionsResponseTopic,
};
use thalweg_wire::messages::{DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse};

use super::metadata::is_internal;
use super::{Answer, Caller};

/// Answers.
pub fn answer(request: &DescribeTopicPartitionsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let image = caller.node.image();
    let (first_topic, first_partition) = match &request.cursor {
        Some(cursor) if cursor.partition_index < 0 => {
            return Answer::Close("its cursor names a negative partition");
        }
        Some(cursor) => (cursor.topic_name, cursor.partition_index as usize),
        None => ("", 0),
    };
    let names: BTreeSet<&str> = if request.topics.is_empty() {
        image.topics.by_name.keys().map(|name| &**name).filter(|name| *name >= first_topic).collect()
    } else {
        request.topics.iter().map(|topic| topic.name).filter(|name| *name >= first_topic).collect()
    };
    let limit = request
        .response_partition_limit
        .clamp(1, caller.node.config.network.max_request_partition_size_limit);
    let mut room = limit as usize;
    let mut response = DescribeTopicPartitionsResponse::default();
    let (mut guard, access) = (caller.guard(ResourceType::Topic), caller.access());
    if request.topics.is_empty() {
        guard = guard.quietly();
    }
    let refused = |name, code: ErrorCode| DescribeTopicPartitionsResponseTopic {
        error_code: code.code(),
        name: Some(name),
        is_internal: is_internal(name),
        ..DescribeTopicPartitionsResponseTopic::default()
    };
    for name in names {
        if let Err(code) = guard.check(name) {
            // Whether it exists is told to nobody who may not see it.
            if !request.topics.is_empty() {
                response.topics.push(refused(name, code));
            }
            continue;
        }
        let Some(topic) = image.topics.named(name) else {
            let invalid = thalweg_model::validate_topic_name(name).is_err();
            let code =
                if invalid { ErrorCode::InvalidTopicException } else { ErrorCode::UnknownTopicOrPartition };
            response.topics.push(refused(name, code));
            continue;
        };
        let from = if name == first_topic { first_partition } else { 0 };
        if room == 0 {
            response.next_cursor = Some(Cursor { topic_name: &topic.name, partition_index: from as i32 });
            break;
        }
        let to = topic.partitions.len().min(from.saturating_add(room));
        room -= to.saturating_sub(from);
        response.topics.push(DescribeTopicPartitionsResponseTopic {
            name: Some(&topic.name),
            topic_id: topic.id,
            is_internal: is_internal(&topic.name),
            partitions: (from..to).map(|index| describe(topic, index, &image)).collect(),
            topic_authorized_operations: access.operations(ResourceType::Topic, &topic.name),
            ..DescribeTopicPartitionsResponseTopic::default()
        });
        if to < topic.partitions.len() {
            response.next_cursor = Some(Cursor { topic_name: &topic.name, partition_index: to as i32 });
            break;
        }
    }
    caller.ready(&response)
}

fn describe(
    topic: &TopicImage,
    index: usize,
    image: &thalweg_metadata::MetadataImage,
) -> DescribeTopicPartitionsResponsePartition {
    let partition = &topic.partitions[index];
    let error = if partition.leader == NO_LEADER { ErrorCode::LeaderNotAvailable } else { ErrorCode::None };
    let offline = |id: &&i32| !image.cluster.is_active(**id);
    DescribeTopicPartitionsResponsePartition {
        error_code: error.code(),
        partition_index: index as i32,
        leader_id: partition.leader,
        leader_epoch: partition.leader_epoch,
        replica_nodes: partition.replicas.clone(),
        isr_nodes: partition.isr.clone(),
        eligible_leader_replicas: Some(partition.elr.clone()),
        last_known_elr: Some(partition.last_known_elr.clone()),
        offline_replicas: partition.replicas.iter().filter(offline).copied().collect(),
    }
}
