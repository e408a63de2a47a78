//! CreateTopics (key 19), versions 2–7: forwarded to the controller.
//!
//! v5 answers with the topic's size and configuration (KIP-525) · v7 topic id. A request that does not fit
//! (names twice, sizes, assignments, configuration) is judged by the controller, topic by topic.

use std::collections::BTreeSet;
use std::sync::Arc;

use thalweg_config::{Described, Overrides, describe_topic};
use thalweg_controller::{
    ApiError, ControllerRequest, ControllerResponse, CreateTopics, CreatedTopic, NewTopic,
};
use thalweg_security::acl::{Operation, ResourceType};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::create_topics_response::{CreatableTopicConfigs, CreatableTopicResult};
use thalweg_wire::messages::{CreateTopicsRequest, CreateTopicsResponse};

use super::{Answer, Caller, unexpected};

/// Hands the request to the controller.
pub fn answer(request: &CreateTopicsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let access = caller.access();
    let creates_any = access.quietly().cluster(Operation::Create);
    let guard = caller.guard(ResourceType::Topic);
    let refusal = |name: &str| match name {
        METADATA_TOPIC => Some(ApiError::new(ErrorCode::InvalidRequest, METADATA_TOPIC_REFUSED)),
        _ if creates_any => {
            access.note_implied(Operation::Create, ResourceType::Topic, name, Operation::Create);
            None
        }
        _ if guard.allows(name) => None,
        _ => Some(ApiError::bare(ErrorCode::TopicAuthorizationFailed)),
    };
    let (mut allowed, mut refused) = (Vec::new(), Vec::new());
    for topic in &request.topics {
        match refusal(topic.name) {
            None => allowed.push(topic),
            Some(error) => refused.push((topic.name.to_owned(), Err(error))),
        }
    }
    // What a topic is configured as is told to those who may ask for it.
    let hidden: BTreeSet<String> = allowed
        .iter()
        .filter(|topic| !access.quietly().topic(Operation::DescribeConfigs, topic.name))
        .map(|topic| topic.name.to_owned())
        .collect();
    if caller.node.quotas.is_any() && !request.validate_only {
        let (image, strict) = (caller.node.image(), caller.version() >= STRICT_VERSION);
        let default = caller.node.config.topic_creation.num_partitions;
        allowed.retain(|topic| {
            let asked = if topic.num_partitions < 0 { default } else { topic.num_partitions };
            let partitions = topic.assignments.len().max(usize::try_from(asked).unwrap_or(0));
            // One that is there already is refused as such and makes nothing.
            let counted = match image.topics.named(topic.name) {
                Some(_) => Ok(()),
                None => caller.count_mutations(partitions, strict),
            };
            match counted {
                Ok(()) => true,
                Err(code) => {
                    refused.push((topic.name.to_owned(), Err(ApiError::bare(code))));
                    false
                }
            }
        });
    }
    let topics = allowed.into_iter().map(|topic| NewTopic {
        name: topic.name.to_owned(),
        partitions: topic.num_partitions,
        replication_factor: topic.replication_factor,
        assignments: topic
            .assignments
            .iter()
            .map(|assignment| (assignment.partition_index, assignment.broker_ids.clone()))
            .collect(),
        configs: topic
            .configs
            .iter()
            .map(|config| (config.name.to_owned(), config.value.map(ToOwned::to_owned)))
            .collect(),
    });
    let wanted = CreateTopics { topics: topics.collect(), validate_only: request.validate_only };
    let asked: Vec<String> = wanted.topics.iter().map(|topic| topic.name.clone()).collect();
    let reply = caller.reply();
    let node = Arc::clone(caller.node);
    caller.node.controller.submit(
        ControllerRequest::CreateTopics(wanted),
        Box::new(move |response| {
            let mut results = match response {
                ControllerResponse::CreateTopics(results) => results,
                other => {
                    let error = unexpected(other);
                    asked.into_iter().map(|name| (name, Err(error.clone()))).collect()
                }
            };
            results.extend(refused);
            // What the topic's configuration is, defaults included, as DescribeConfigs would say it.
            let image = node.image();
            let described: Vec<Vec<Described>> = node.with_effective(&image, |effective| {
                let of = |(name, result): &(String, Result<CreatedTopic, ApiError>)| match result {
                    Ok(created) if !hidden.contains(name) && reply.version() >= CONFIGS_VERSION => {
                        let overrides: Overrides = created.configs.iter().cloned().collect();
                        describe_topic(&overrides, effective, None)
                    }
                    _ => Vec::new(),
                };
                results.iter().map(of).collect()
            });
            let topics = results.iter().zip(&described).map(|((name, result), described)| match result {
                Ok(created) if hidden.contains(name) => CreatableTopicResult {
                    name,
                    topic_id: created.topic_id,
                    topic_config_error_code: ErrorCode::TopicAuthorizationFailed.code(),
                    num_partitions: -1,
                    replication_factor: -1,
                    configs: Some(Vec::new()),
                    ..CreatableTopicResult::default()
                },
                Ok(created) => CreatableTopicResult {
                    name,
                    topic_id: created.topic_id,
                    error_message: None,
                    num_partitions: created.partitions,
                    replication_factor: created.replication_factor,
                    configs: Some(described.iter().map(config).collect()),
                    ..CreatableTopicResult::default()
                },
                Err(error) => CreatableTopicResult {
                    name,
                    error_code: error.code.code(),
                    error_message: error.message.as_deref(),
                    configs: Some(Vec::new()),
                    ..CreatableTopicResult::default()
                },
            });
            reply.send(&CreateTopicsResponse { topics: topics.collect(), ..CreateTopicsResponse::default() });
        }),
    );
    Answer::Later
}

/// First version that is refused, instead of told to wait, beyond the quota of changes (KIP-599).
const STRICT_VERSION: i16 = 6;
/// Not a topic like others: nobody may make it.
const METADATA_TOPIC: &str = "__cluster_metadata";
const METADATA_TOPIC_REFUSED: &str = "Creation of internal topic __cluster_metadata is prohibited.";
/// First version whose answer tells the configuration (KIP-525).
const CONFIGS_VERSION: i16 = 5;

fn config(described: &Described) -> CreatableTopicConfigs<'_> {
    CreatableTopicConfigs {
        name: &described.name,
        value: described.value.as_deref(),
        read_only: described.read_only,
        config_source: described.source.code(),
        is_sensitive: described.sensitive,
    }
}
