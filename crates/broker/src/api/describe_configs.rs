//! DescribeConfigs (key 32), versions 1–4: what a topic's or this broker's configuration is, and where each
//! value comes from. v3 types and documentation (KIP-569). Values marked sensitive are never shown.

use thalweg_config::{
    Described, DescribedSynonym, Overrides, describe_broker, describe_cluster_default, describe_topic,
};
use thalweg_metadata::{ConfigResource, MetadataImage};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_configs_response::{
    DescribeConfigsResourceResult, DescribeConfigsResult, DescribeConfigsSynonym,
};
use thalweg_wire::messages::{DescribeConfigsRequest, DescribeConfigsResponse};

use super::{Answer, Caller, check_config_resource};

/// ConfigResource type of a topic.
const TOPIC: i8 = 2;
/// ConfigResource type of a broker; the empty name stands for the default of all brokers.
const BROKER: i8 = 4;

/// A resource's configuration, or why it cannot be shown.
type Outcome = Result<Vec<Described>, (ErrorCode, String)>;

/// Answers.
pub fn answer(request: &DescribeConfigsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let image = caller.node.image();
    let described: Vec<Outcome> = request
        .resources
        .iter()
        .map(|resource| {
            let wanted = resource.configuration_keys.as_deref();
            describe(resource.resource_type, resource.resource_name, wanted, &image, caller)
        })
        .collect();
    let (synonyms, documentation) = (request.include_synonyms, request.include_documentation);
    let results = request.resources.iter().zip(&described).map(|(resource, described)| {
        let mut result = DescribeConfigsResult {
            resource_type: resource.resource_type,
            resource_name: resource.resource_name,
            ..DescribeConfigsResult::default()
        };
        match described {
            Ok(configs) => {
                result.configs =
                    configs.iter().map(|config| entry(config, synonyms, documentation)).collect();
            }
            Err((code, message)) => {
                result.error_code = code.code();
                result.error_message = Some(message);
            }
        }
        result
    });
    caller
        .ready(&DescribeConfigsResponse { results: results.collect(), ..DescribeConfigsResponse::default() })
}

fn describe(
    resource_type: i8,
    name: &str,
    wanted: Option<&[&str]>,
    image: &MetadataImage,
    caller: &Caller<'_>,
) -> Outcome {
    let node = caller.node;
    check_config_resource(resource_type, name, caller).map_err(|code| (code, code.message().to_owned()))?;
    let overrides_of = |resource: &ConfigResource| -> Overrides {
        image.configs.of(resource).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    match resource_type {
        TOPIC => {
            if let Err(error) = thalweg_model::validate_topic_name(name) {
                return Err((ErrorCode::InvalidTopicException, error.to_string()));
            }
            if image.topics.named(name).is_none() {
                let message = ErrorCode::UnknownTopicOrPartition.message().to_owned();
                return Err((ErrorCode::UnknownTopicOrPartition, message));
            }
            let overrides = overrides_of(&ConfigResource::topic(name));
            Ok(node.with_effective(image, |effective| describe_topic(&overrides, effective, wanted)))
        }
        BROKER if name.is_empty() => {
            Ok(describe_cluster_default(&overrides_of(&ConfigResource::all_brokers()), wanted))
        }
        BROKER if name.parse() == Ok(node.config.node_id) => {
            Ok(node.with_effective(image, |effective| describe_broker(effective, wanted)))
        }
        BROKER => {
            let expected = node.config.node_id;
            let message =
                format!("Unexpected broker id: this broker is {expected}, the request names '{name}'");
            Err((ErrorCode::InvalidRequest, message))
        }
        other => {
            Err((ErrorCode::InvalidRequest, format!("Resources of type {other} are not described here")))
        }
    }
}

fn entry(config: &Described, synonyms: bool, documentation: bool) -> DescribeConfigsResourceResult<'_> {
    DescribeConfigsResourceResult {
        name: &config.name,
        value: config.value.as_deref(),
        read_only: config.read_only,
        config_source: config.source.code(),
        is_sensitive: config.sensitive,
        synonyms: if synonyms { config.synonyms.iter().map(synonym).collect() } else { Vec::new() },
        config_type: config.type_code,
        documentation: config.documentation.filter(|_| documentation),
    }
}

fn synonym(synonym: &DescribedSynonym) -> DescribeConfigsSynonym<'_> {
    DescribeConfigsSynonym {
        name: &synonym.name,
        value: synonym.value.as_deref(),
        source: synonym.source.code(),
    }
}
