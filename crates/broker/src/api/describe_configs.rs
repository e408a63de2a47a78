//! DescribeConfigs (key 32), versions 1–4: what a resource's configuration is, and where each value comes from.
//! Topics, this broker, the default of all brokers, this broker's loggers, groups and client metrics. v3 types and documentation (KIP-569). Values marked sensitive are never shown.

use thalweg_config::{
    ConfigSource, Described, DescribedSynonym, Overrides, describe_broker, describe_client_metrics,
    describe_cluster_default, describe_group, describe_topic,
};
use thalweg_metadata::{ConfigResource, MetadataImage, ResourceType};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_configs_response::{
    DescribeConfigsResourceResult, DescribeConfigsResult, DescribeConfigsSynonym,
};
use thalweg_wire::messages::{DescribeConfigsRequest, DescribeConfigsResponse};

use super::{Answer, Caller, check_config_resource};
use crate::log_levels::LogLevels;

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
    let node_id = node.config.node_id;
    let invalid = |why: String| Err((ErrorCode::InvalidRequest, why));
    // A list without keys asks for all of them, as in Kafka.
    let wanted = wanted.filter(|keys| !keys.is_empty());
    let overrides_of = |kind: ResourceType| -> Overrides {
        let resource = ConfigResource { kind, name: name.into() };
        image.configs.of(&resource).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    let Some(kind) = ResourceType::from_code(resource_type) else {
        return invalid(ErrorCode::InvalidRequest.message().to_owned());
    };
    match kind {
        ResourceType::Topic => {
            if let Err(error) = thalweg_model::validate_topic_name(name) {
                return Err((ErrorCode::InvalidTopicException, thalweg_controller::name_error(name, error)));
            }
            if image.topics.named(name).is_none() {
                return Err((ErrorCode::UnknownTopicOrPartition, String::new()));
            }
            let overrides = overrides_of(kind);
            Ok(node.with_effective(image, |effective| describe_topic(&overrides, effective, wanted)))
        }
        ResourceType::Broker if name.is_empty() => Ok(describe_cluster_default(&overrides_of(kind), wanted)),
        ResourceType::Broker => match name.parse() {
            Ok(id) if id == node_id => {
                Ok(node.with_effective(image, |effective| describe_broker(effective, wanted)))
            }
            Ok(id) => {
                let id: i32 = id;
                invalid(format!(
                    "Unexpected broker id, expected {node_id} or empty string, but received {id}"
                ))
            }
            Err(_) => invalid(format!("Broker id must be an integer, but it is: {name}")),
        },
        ResourceType::BrokerLogger if name.is_empty() => invalid("Broker id must not be empty".to_owned()),
        ResourceType::BrokerLogger => match name.parse() {
            Ok(id) if id == node_id => Ok(loggers(&node.log_levels, wanted)),
            Ok(id) => {
                let id: i32 = id;
                invalid(format!("Unexpected broker id, expected {node_id} but received {id}"))
            }
            Err(_) => invalid(format!("Broker id must be an integer, but it is: {name}")),
        },
        ResourceType::Group if name.is_empty() => invalid("Group name must not be empty".to_owned()),
        ResourceType::Group => {
            let overrides = overrides_of(kind);
            Ok(node.with_effective(image, |effective| describe_group(&overrides, effective, wanted)))
        }
        ResourceType::ClientMetrics if name.is_empty() => {
            invalid("Client metrics subscription name must not be empty".to_owned())
        }
        ResourceType::ClientMetrics => Ok(describe_client_metrics(&overrides_of(kind), wanted)),
    }
}

/// This process's loggers and their levels.
fn loggers(levels: &LogLevels, wanted: Option<&[&str]>) -> Vec<Described> {
    let all = levels.all().into_iter();
    let asked = all.filter(|(logger, _)| wanted.is_none_or(|wanted| wanted.contains(logger)));
    asked
        .map(|(logger, level)| Described {
            name: logger.to_owned(),
            value: Some(level.name().to_owned()),
            source: ConfigSource::DynamicBrokerLogger,
            read_only: false,
            sensitive: false,
            type_code: 0,
            documentation: None,
            synonyms: Vec::new(),
        })
        .collect()
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
