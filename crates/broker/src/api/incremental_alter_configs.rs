//! IncrementalAlterConfigs (key 44), versions 0–1 (KIP-339): forwarded to the controller, which judges every
//! change against the table of keys. Log levels are this process's own and are changed here.

use thalweg_controller::{AlterConfigs, ConfigChange, ResourceChanges};
use thalweg_wire::messages::incremental_alter_configs_response::AlterConfigsResourceResponse;
use thalweg_wire::messages::{IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse};

use super::alter_configs::alter;
use super::{Answer, Caller};

/// Hands the request to the controller.
pub fn answer(request: &IncrementalAlterConfigsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let resources = request.resources.iter().map(|resource| ResourceChanges {
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
    let (resources, validate_only) = (resources.collect(), request.validate_only);
    let wanted = AlterConfigs { resources, replace: false, validate_only };
    alter(wanted, caller, |reply, outcomes| {
        let responses = outcomes.iter().map(|outcome| AlterConfigsResourceResponse {
            error_code: outcome.error_code(),
            error_message: outcome.error_message(),
            resource_type: outcome.resource_type,
            resource_name: &outcome.resource_name,
        });
        reply.send(&IncrementalAlterConfigsResponse {
            responses: responses.collect(),
            ..IncrementalAlterConfigsResponse::default()
        });
    })
}
