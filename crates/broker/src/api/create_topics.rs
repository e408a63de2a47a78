//! CreateTopics (key 19), versions 2–7: forwarded to the controller.
//!
//! v5 answers with the topic's size and configuration (KIP-525) · v7 topic id. A request that does not fit
//! (names twice, sizes, assignments, configuration) is judged by the controller, topic by topic.

use thalweg_config::ConfigSource;
use thalweg_controller::{ControllerRequest, ControllerResponse, CreateTopics, NewTopic};
use thalweg_wire::messages::create_topics_response::{CreatableTopicConfigs, CreatableTopicResult};
use thalweg_wire::messages::{CreateTopicsRequest, CreateTopicsResponse};

use super::{Answer, Caller, unexpected};

/// Hands the request to the controller.
pub fn answer(request: &CreateTopicsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let topics = request.topics.iter().map(|topic| NewTopic {
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
    let asked: Vec<String> = request.topics.iter().map(|topic| topic.name.to_owned()).collect();
    let wanted = CreateTopics { topics: topics.collect(), validate_only: request.validate_only };
    let reply = caller.reply();
    caller.node.controller.submit(
        ControllerRequest::CreateTopics(wanted),
        Box::new(move |response| {
            let results = match response {
                ControllerResponse::CreateTopics(results) => results,
                other => {
                    let error = unexpected(other);
                    asked.into_iter().map(|name| (name, Err(error.clone()))).collect()
                }
            };
            let topics = results.iter().map(|(name, result)| match result {
                Ok(created) => CreatableTopicResult {
                    name,
                    topic_id: created.topic_id,
                    num_partitions: created.partitions,
                    replication_factor: created.replication_factor,
                    configs: Some(created.configs.iter().map(config).collect()),
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

fn config((name, value): &(String, String)) -> CreatableTopicConfigs<'_> {
    CreatableTopicConfigs {
        name,
        value: Some(value),
        config_source: ConfigSource::DynamicTopic.code(),
        ..CreatableTopicConfigs::default()
    }
}
