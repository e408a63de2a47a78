//! CreateAcls (key 30), versions 1–3: forwarded to the controller, which judges each entry.

use thalweg_controller::security::{SecurityRequest, SecurityResponse};
use thalweg_controller::{ApiError, ControllerRequest, ControllerResponse};
use thalweg_metadata::AccessControlEntry;
use thalweg_security::acl::Operation;
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::create_acls_response::AclCreationResult;
use thalweg_wire::messages::{CreateAclsRequest, CreateAclsResponse};

use super::{Answer, Caller, unexpected};

/// Why a broker without an authorizer changes and shows no rules.
pub const NO_AUTHORIZER: &str = "No Authorizer is configured.";

/// Hands the request to the controller.
pub fn answer(request: &CreateAclsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let count = request.creations.len();
    if let Some(error) = refusal(caller) {
        return caller.ready(&response(&vec![Err(error); count]));
    }
    let entries = request.creations.iter().map(|creation| AccessControlEntry {
        resource_type: creation.resource_type,
        resource_name: creation.resource_name.to_owned(),
        pattern_type: creation.resource_pattern_type,
        principal: creation.principal.to_owned(),
        host: creation.host.to_owned(),
        operation: creation.operation,
        permission_type: creation.permission_type,
    });
    let reply = caller.reply();
    caller.node.controller.submit(
        ControllerRequest::Security(SecurityRequest::CreateAcls(entries.collect())),
        Box::new(move |answered| {
            let results = match answered {
                ControllerResponse::Security(SecurityResponse::CreateAcls(results)) => results,
                other => vec![Err(unexpected(other)); count],
            };
            reply.send(&response(&results));
        }),
    );
    Answer::Later
}

/// What refuses a change of rules before anybody looks at it.
pub fn refusal(caller: &Caller<'_>) -> Option<ApiError> {
    if !caller.access().cluster(Operation::Alter) {
        return Some(ApiError::bare(ErrorCode::ClusterAuthorizationFailed));
    }
    let has_none = caller.node.authorizer.is_none();
    has_none.then(|| ApiError::new(ErrorCode::SecurityDisabled, NO_AUTHORIZER))
}

fn response(results: &[Result<(), ApiError>]) -> CreateAclsResponse<'_> {
    let results = results.iter().map(|result| AclCreationResult {
        error_code: result.as_ref().err().map_or(0, |error| error.code.code()),
        error_message: result.as_ref().err().and_then(|error| error.message.as_deref()),
    });
    CreateAclsResponse { results: results.collect(), ..Default::default() }
}
