//! IncrementalAlterConfigs (key 44), versions 0–1 (KIP-339): forwarded to the controller, which judges every
//! change against the table of keys.

use thalweg_controller::{
    AlterConfigs, ConfigChange, ControllerRequest, ControllerResponse, ResourceChanges,
};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::incremental_alter_configs_response::AlterConfigsResourceResponse;
use thalweg_wire::messages::{IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse};

use super::{Answer, Caller, check_config_resource, unexpected};

/// Hands the request to the controller.
pub fn answer(request: &IncrementalAlterConfigsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let may = |kind, name: &str| check_config_resource(kind, name, caller);
    let denied: Vec<(i8, String, ErrorCode)> = request
        .resources
        .iter()
        .filter_map(|resource| {
            let code = may(resource.resource_type, resource.resource_name).err()?;
            Some((resource.resource_type, resource.resource_name.to_owned(), code))
        })
        .collect();
    let allowed = request
        .resources
        .iter()
        .filter(|resource| may(resource.resource_type, resource.resource_name).is_ok());
    let resources = allowed.map(|resource| ResourceChanges {
        resource_type: resource.resource_type,
        resource_name: resource.resource_name.to_owned(),
        changes: resource
            .configs
            .iter()
            .map(|change| ConfigChange {
                name: change.name.to_owned(),
                operation: change.config_operation,
                value: change.value.map(ToOwned::to_owned),
            })
            .collect(),
    });
    let wanted = AlterConfigs { resources: resources.collect(), validate_only: request.validate_only };
    let asked: Vec<(i8, String)> = wanted
        .resources
        .iter()
        .map(|resource| (resource.resource_type, resource.resource_name.clone()))
        .collect();
    let reply = caller.reply();
    caller.node.controller.submit(
        ControllerRequest::AlterConfigs(wanted),
        Box::new(move |response| {
            let results = match response {
                ControllerResponse::AlterConfigs(results) => results,
                other => {
                    let error = unexpected(other);
                    asked.iter().map(|_| Err(error.clone())).collect()
                }
            };
            let denied = denied.iter().map(|(resource_type, name, code)| AlterConfigsResourceResponse {
                error_code: code.code(),
                error_message: Some(code.message()),
                resource_type: *resource_type,
                resource_name: name,
            });
            let responses = asked.iter().zip(&results).map(|((resource_type, name), result)| {
                AlterConfigsResourceResponse {
                    error_code: result.as_ref().err().map_or(0, |error| error.code.code()),
                    error_message: result.as_ref().err().and_then(|error| error.message.as_deref()),
                    resource_type: *resource_type,
                    resource_name: name,
                }
            });
            reply.send(&IncrementalAlterConfigsResponse {
                responses: responses.chain(denied).collect(),
                ..IncrementalAlterConfigsResponse::default()
            });
        }),
    );
    Answer::Later
}
