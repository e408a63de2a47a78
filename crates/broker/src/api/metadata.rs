//! Metadata (key 3), versions 0–13: brokers, topics, partitions and who leads them.
//!
//! A topic that does not exist is created when the client asks for that (v4+), `auto.create.topics.enable` is
//! on and the name is legal; the answer then is UNKNOWN_TOPIC_OR_PARTITION once more, and the client's next
//! request finds it, as with Kafka. v10 topic ids · v12 look-up by id (KIP-516) · v8–10 authorized operations.

use std::collections::BTreeSet;
use std::sync::Arc;

use thalweg_controller::{ControllerRequest, ControllerResponse, CreateTopics, NewTopic};
use thalweg_metadata::{MetadataImage, NO_LEADER, TopicImage};
use thalweg_model::{Uuid, validate_topic_name};
use thalweg_security::acl::{CLUSTER_NAME, Operation, ResourceType};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::metadata_response::{
    MetadataResponseBroker, MetadataResponsePartition, MetadataResponseTopic,
};
use thalweg_wire::messages::{MetadataRequest, MetadataResponse};

use super::{Answer, Caller};
use crate::authorizer::Access;

/// Answers.
pub fn answer(request: &MetadataRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let image = caller.node.image();
    let version = caller.version();
    let access = caller.access();
    let guard = caller.guard(ResourceType::Topic);
    let describe = |topic| {
        let operations = |name: &str| access.operations(ResourceType::Topic, name);
        describe(&image, topic, request.include_topic_authorized_operations.then_some(&operations))
    };
    let mut topics = Vec::new();
    let mut to_create: Vec<String> = Vec::new();
    match &request.topics {
        Some(wanted) if version > 0 || !wanted.is_empty() => {
            if version < 12 && wanted.iter().any(|topic| topic.name.is_none() || !topic.topic_id.is_zero()) {
                return Answer::Close("it looked topics up by id before Metadata v12");
            }
            let mut seen = BTreeSet::new();
            for topic in wanted {
                // A topic named twice is told once.
                if wanted.len() > 1 && !seen.insert((topic.name, topic.topic_id)) {
                    continue;
                }
                let found = match topic.name {
                    Some(name) => image.topics.named(name),
                    None => image.topics.with_id(topic.topic_id),
                };
                // Whether a topic exists is not told to those who may not see it.
                let visible = topic.name.or(found.map(|found| &*found.name));
                if let Some(Err(code)) = visible.map(|name| guard.check(name)) {
                    topics.push(hidden(topic.name, topic.topic_id, code));
                    continue;
                }
                match (found, topic.name) {
                    (Some(found), _) => topics.push(describe(found)),
                    (None, Some(name)) => {
                        let code = missing(name, request.allow_auto_topic_creation, caller, &mut to_create);
                        if code == ErrorCode::TopicAuthorizationFailed {
                            topics.push(hidden(Some(name), Uuid::ZERO, code));
                            continue;
                        }
                        topics.push(MetadataResponseTopic {
                            error_code: code.code(),
                            name: Some(name),
                            is_internal: is_internal(name),
                            topic_authorized_operations: match request.include_topic_authorized_operations {
                                true => access.operations(ResourceType::Topic, name),
                                false => i32::MIN,
                            },
                            ..MetadataResponseTopic::default()
                        });
                    }
                    (None, None) => topics.push(MetadataResponseTopic {
                        error_code: ErrorCode::UnknownTopicId.code(),
                        name: None,
                        topic_id: topic.topic_id,
                        ..MetadataResponseTopic::default()
                    }),
                }
            }
        }
        // All topics: none named (v1+), or an empty list in v0.
        _ => {
            topics.reserve(image.topics.by_name.len());
            let guard = guard.quietly();
            let visible = image.topics.by_name.values().filter(|topic| guard.allows(&topic.name));
            topics.extend(visible.map(describe));
        }
    }
    if !to_create.is_empty() {
        let topics = to_create.into_iter().map(NewTopic::with_defaults).collect();
        let request = ControllerRequest::CreateTopics(CreateTopics { topics, validate_only: false });
        caller.node.controller.submit(request, Box::new(log_created));
    }
    let brokers = caller.brokers(&image, false);
    let response = MetadataResponse {
        brokers: brokers
            .iter()
            .map(|broker| MetadataResponseBroker {
                node_id: broker.id,
                host: &broker.host,
                port: broker.port,
                rack: broker.rack.as_deref(),
            })
            .collect(),
        cluster_id: Some(&caller.node.cluster_id),
        controller_id: caller.node.config.node_id,
        topics,
        cluster_authorized_operations: cluster_operations(
            &access,
            request.include_cluster_authorized_operations,
        ),
        ..MetadataResponse::default()
    };
    caller.ready(&response)
}

/// The bits of what the caller may do with the cluster, if he asks and may see it: none otherwise.
pub fn cluster_operations(access: &Access<'_>, is_asked: bool) -> i32 {
    match is_asked {
        false => i32::MIN,
        true if access.quietly().cluster(Operation::Describe) => {
            access.operations(ResourceType::Cluster, CLUSTER_NAME)
        }
        true => 0,
    }
}

/// A topic that the caller may not see: repeated as it was named.
fn hidden(name: Option<&str>, topic_id: Uuid, code: ErrorCode) -> MetadataResponseTopic<'_> {
    MetadataResponseTopic {
        error_code: code.code(),
        name,
        topic_id,
        is_internal: name.is_some_and(is_internal),
        ..MetadataResponseTopic::default()
    }
}

/// Nobody waits for the outcome; a refusal other than "it exists by now" is worth a line.
fn log_created(response: ControllerResponse) {
    let ControllerResponse::CreateTopics(results) = response else { return };
    for (topic, result) in results {
        match result {
            Ok(created) => tracing::info!(
                event = "topic_created_automatically",
                topic,
                partitions = created.partitions,
                replication_factor = created.replication_factor
            ),
            Err(error) if error.code == ErrorCode::TopicAlreadyExists => {}
            Err(error) => tracing::warn!(event = "topic_not_created", topic, %error),
        }
    }
}

/// Topics that belong to the coordinators.
pub fn is_internal(name: &str) -> bool {
    matches!(name, "__consumer_offsets" | "__transaction_state" | "__share_group_state")
}

fn missing(name: &str, may_create: bool, caller: &Caller<'_>, to_create: &mut Vec<String>) -> ErrorCode {
    if validate_topic_name(name).is_err() {
        return ErrorCode::InvalidTopicException;
    }
    let topics = &caller.node.config.topic_creation;
    // Before v4 a client could not say no.
    let may_create = may_create || caller.version() < 4;
    if may_create && topics.auto_create_topics_enable && !is_internal(name) {
        let access = caller.access();
        if access.quietly().cluster(Operation::Create) {
            access.note_implied(Operation::Create, ResourceType::Topic, name, Operation::Create);
        } else if !access.topic(Operation::Create, name) {
            return ErrorCode::TopicAuthorizationFailed;
        }
        to_create.push(name.to_owned());
    }
    ErrorCode::UnknownTopicOrPartition
}

fn describe<'a>(
    image: &MetadataImage,
    topic: &'a Arc<TopicImage>,
    operations: Option<&dyn Fn(&str) -> i32>,
) -> MetadataResponseTopic<'a> {
    let partitions = topic.partitions.iter().enumerate().map(|(index, partition)| {
        let error =
            if partition.leader == NO_LEADER { ErrorCode::LeaderNotAvailable } else { ErrorCode::None };
        let offline = |id: &&i32| !image.cluster.is_active(**id);
        MetadataResponsePartition {
            error_code: error.code(),
            partition_index: index as i32,
            leader_id: partition.leader,
            leader_epoch: partition.leader_epoch,
            replica_nodes: partition.replicas.clone(),
            isr_nodes: partition.isr.clone(),
            offline_replicas: partition.replicas.iter().filter(offline).copied().collect(),
        }
    });
    MetadataResponseTopic {
        name: Some(&topic.name),
        topic_id: topic.id,
        is_internal: is_internal(&topic.name),
        partitions: partitions.collect(),
        topic_authorized_operations: operations.map_or(i32::MIN, |operations| operations(&topic.name)),
        ..MetadataResponseTopic::default()
    }
}
