//! AlterConfigs (key 33), versions 0–2: says all of a resource's own configuration at once; what it leaves out goes.
//! Kafka keeps it for old clients. Also what it shares with IncrementalAlterConfigs: the way to the controller, and
//! log levels, which only the incremental request may change.

use std::collections::BTreeMap;

use thalweg_controller::{
    AlterConfigs, ApiError, ConfigChange, ConfigOperation, ControllerRequest, ControllerResponse,
    ResourceChanges,
};
use thalweg_metadata::ResourceType;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::alter_configs_response::AlterConfigsResourceResponse;
use thalweg_wire::messages::{AlterConfigsRequest, AlterConfigsResponse};

use super::{Answer, Caller, check_config_resource, unexpected};
use crate::log_levels::{LevelChange, LogLevels};
use crate::telemetry::compile;
use crate::worker::Reply;

/// What became of one resource's changes.
#[derive(Debug)]
pub struct Outcome {
    /// Kind of resource, as asked.
    pub resource_type: i8,
    /// Its name.
    pub resource_name: String,
    /// Done, or why not.
    pub result: Result<(), ApiError>,
}

impl Outcome {
    /// The code on the wire.
    pub fn error_code(&self) -> i16 {
        self.result.as_ref().err().map_or(0, |error| error.code.code())
    }

    /// The sentence beside it.
    pub fn error_message(&self) -> Option<&str> {
        self.result.as_ref().err()?.message.as_deref()
    }
}

/// Hands the request to the controller.
pub fn answer(request: &AlterConfigsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let resources = request.resources.iter().map(|resource| ResourceChanges {
        resource_type: resource.resource_type,
        resource_name: resource.resource_name.to_owned(),
        changes: resource
            .configs
            .iter()
            .map(|config| ConfigChange {
                name: config.name.to_owned(),
                operation: ConfigOperation::Set as i8,
                value: config.value.map(ToOwned::to_owned),
            })
            .collect(),
    });
    let (resources, validate_only) = (resources.collect(), request.validate_only);
    alter(AlterConfigs { resources, replace: true, validate_only }, caller, |reply, outcomes| {
        let responses = outcomes.iter().map(|outcome| AlterConfigsResourceResponse {
            error_code: outcome.error_code(),
            error_message: outcome.error_message(),
            resource_type: outcome.resource_type,
            resource_name: &outcome.resource_name,
        });
        reply.send(&AlterConfigsResponse {
            responses: responses.collect(),
            ..AlterConfigsResponse::default()
        });
    })
}

/// Changes log levels here and has the rest decided by the controller; then `tell` answers, in the order asked.
pub fn alter(wanted: AlterConfigs, caller: &Caller<'_>, tell: fn(Reply, &[Outcome])) -> Answer {
    let asked: Vec<(i8, String)> = wanted
        .resources
        .iter()
        .map(|resource| (resource.resource_type, resource.resource_name.clone()))
        .collect();
    // What is decided here: who may not ask, and log levels.
    let mut local: BTreeMap<usize, Result<(), ApiError>> = BTreeMap::new();
    for (place, resource) in wanted.resources.iter().enumerate() {
        let kind = resource.resource_type;
        if let Err(code) = check_config_resource(kind, &resource.resource_name, caller) {
            local.insert(place, Err(ApiError::bare(code)));
        } else if let Some(pattern) = unreadable_pattern(resource) {
            let why = format!("Illegal client matching pattern: {pattern}");
            local.insert(place, Err(ApiError::new(ErrorCode::InvalidConfig, why)));
        } else if kind == ResourceType::BrokerLogger.code() && !wanted.replace {
            let (levels, node_id) = (&caller.node.log_levels, caller.node.config.node_id);
            local.insert(place, alter_levels(levels, node_id, resource, wanted.validate_only));
        }
    }
    let others = wanted.resources.iter().enumerate().filter(|(place, _)| !local.contains_key(place));
    let resources = others.map(|(_, resource)| resource.clone()).collect();
    let (replace, validate_only) = (wanted.replace, wanted.validate_only);
    let reply = caller.reply();
    caller.node.controller.submit(
        ControllerRequest::AlterConfigs(AlterConfigs { resources, replace, validate_only }),
        Box::new(move |response| {
            let (mut decided, failed) = match response {
                ControllerResponse::AlterConfigs(results) => (results.into_iter(), None),
                other => (Vec::new().into_iter(), Some(unexpected(other))),
            };
            let outcomes = asked.into_iter().enumerate().map(|(place, (resource_type, resource_name))| {
                let result = local.remove(&place).or_else(|| decided.next()).unwrap_or_else(|| {
                    Err(failed.clone().unwrap_or_else(|| ApiError::bare(ErrorCode::UnknownServerError)))
                });
                Outcome { resource_type, resource_name, result }
            });
            tell(reply, &outcomes.collect::<Vec<_>>());
        }),
    );
    Answer::Later
}

/// A `match` of a client metrics subscription whose pattern is no regular expression; whatever else may be wrong with
/// it is the controller's to say.
fn unreadable_pattern(resource: &ResourceChanges) -> Option<&str> {
    if resource.resource_type != ResourceType::ClientMetrics.code() {
        return None;
    }
    let given = resource.changes.iter().filter(|change| change.name == "match");
    let mut patterns = given.filter_map(|change| change.value.as_deref()).flat_map(|value| value.split(','));
    patterns
        .find(|pattern| pattern.split_once('=').is_some_and(|(_, pattern)| compile(pattern.trim()).is_none()))
}

/// All changes of one request, or none.
fn alter_levels(
    levels: &LogLevels,
    node_id: i32,
    resource: &ResourceChanges,
    validate_only: bool,
) -> Result<(), ApiError> {
    let invalid = |why: String| ApiError::new(ErrorCode::InvalidRequest, why);
    let name = &resource.resource_name;
    let id: i32 =
        name.parse().map_err(|_| invalid(format!("Node id must be an integer, but it is: {name}")))?;
    if id != node_id {
        return Err(invalid(format!("Unexpected node id. Expected {node_id}, but received {name}")));
    }
    let mut changes = Vec::with_capacity(resource.changes.len());
    for change in &resource.changes {
        let logger = &change.name;
        if resource.changes.iter().filter(|other| other.name == *logger).count() > 1 {
            return Err(invalid("Error due to duplicate config keys".to_owned()));
        }
        let unknown = || ApiError::new(ErrorCode::InvalidConfig, format!("Logger {logger} does not exist!"));
        let level = match ConfigOperation::from_code(change.operation) {
            Some(ConfigOperation::Set) => {
                let text = change.value.as_deref();
                let text = text.ok_or_else(|| invalid(format!("Null value not supported for : {logger}")))?;
                if !levels.knows(logger) {
                    return Err(unknown());
                }
                let level = LogLevels::parse(text).ok_or_else(|| {
                    let why = format!(
                        "Cannot set the log level of {logger} to {text} as it is not a supported log level. Valid \
                         log levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN"
                    );
                    ApiError::new(ErrorCode::InvalidConfig, why)
                })?;
                Some(level)
            }
            Some(ConfigOperation::Delete) => {
                if !levels.knows(logger) {
                    return Err(unknown());
                }
                if LogLevels::is_root(logger) {
                    return Err(invalid(
                        "Removing the log level of the root logger is not allowed".to_owned(),
                    ));
                }
                None
            }
            Some(operation) => {
                let verb = if operation == ConfigOperation::Append { "APPEND" } else { "SUBTRACT" };
                return Err(invalid(format!(
                    "{verb} operation is not allowed for the BROKER_LOGGER resource"
                )));
            }
            None => return Err(ApiError { code: ErrorCode::UnknownServerError, message: None }),
        };
        changes.push(LevelChange { logger: logger.clone(), level });
    }
    if !validate_only {
        levels.change(&changes);
    }
    Ok(())
}
