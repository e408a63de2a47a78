//! DeleteAcls (key 31), versions 1–3: forwarded to the controller; answered with the entries that went.

use thalweg_controller::security::{SecurityRequest, SecurityResponse};
use thalweg_controller::{ApiError, ControllerRequest, ControllerResponse};
use thalweg_metadata::AccessControlEntry;
use thalweg_security::acl::AclFilter;
use thalweg_wire::messages::delete_acls_response::{DeleteAclsFilterResult, DeleteAclsMatchingAcl};
use thalweg_wire::messages::{DeleteAclsRequest, DeleteAclsResponse};

use super::create_acls::refusal;
use super::{Answer, Caller, unexpected};

/// Hands the request to the controller.
pub fn answer(request: &DeleteAclsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let count = request.filters.len();
    if let Some(error) = refusal(caller) {
        return caller.ready(&response(&vec![Err(error); count]));
    }
    let filters = request.filters.iter().map(|filter| AclFilter {
        resource_type: filter.resource_type_filter,
        resource_name: filter.resource_name_filter.map(ToOwned::to_owned),
        pattern_type: filter.pattern_type_filter,
        principal: filter.principal_filter.map(ToOwned::to_owned),
        host: filter.host_filter.map(ToOwned::to_owned),
        operation: filter.operation,
        permission_type: filter.permission_type,
    });
    let reply = caller.reply();
    caller.node.controller.submit(
        ControllerRequest::Security(SecurityRequest::DeleteAcls(filters.collect())),
        Box::new(move |answered| {
            let results = match answered {
                ControllerResponse::Security(SecurityResponse::DeleteAcls(results)) => results,
                other => vec![Err(unexpected(other)); count],
            };
            reply.send(&response(&results));
        }),
    );
    Answer::Later
}

fn response(results: &[Result<Vec<AccessControlEntry>, ApiError>]) -> DeleteAclsResponse<'_> {
    let results = results.iter().map(|result| DeleteAclsFilterResult {
        error_code: result.as_ref().err().map_or(0, |error| error.code.code()),
        error_message: result.as_ref().err().and_then(|error| error.message.as_deref()),
        matching_acls: result.iter().flatten().map(matching).collect(),
    });
    DeleteAclsResponse { filter_results: results.collect(), ..Default::default() }
}

fn matching(entry: &AccessControlEntry) -> DeleteAclsMatchingAcl<'_> {
    DeleteAclsMatchingAcl {
        error_code: 0,
        error_message: None,
        resource_type: entry.resource_type,
        resource_name: &entry.resource_name,
        pattern_type: entry.pattern_type,
        principal: &entry.principal,
        host: &entry.host,
        operation: entry.operation,
        permission_type: entry.permission_type,
    }
}
