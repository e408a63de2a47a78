//! DescribeAcls (key 29), versions 1–3: the access control entries that a filter means, by resource.

use std::collections::BTreeMap;

use thalweg_metadata::AccessControlEntry;
use thalweg_security::acl::{AclFilter, Operation};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::describe_acls_response::{AclDescription, DescribeAclsResource};
use thalweg_wire::messages::{DescribeAclsRequest, DescribeAclsResponse};

use super::create_acls::NO_AUTHORIZER;
use super::{Answer, Caller};

/// Answers from the image.
pub fn answer(request: &DescribeAclsRequest<'_>, caller: &mut Caller<'_>) -> Answer {
    let refused = |code: ErrorCode, message| DescribeAclsResponse {
        error_code: code.code(),
        error_message: Some(message),
        ..Default::default()
    };
    if !caller.access().cluster(Operation::Describe) {
        let code = ErrorCode::ClusterAuthorizationFailed;
        return caller.ready(&refused(code, code.message()));
    }
    if caller.node.authorizer.is_none() {
        return caller.ready(&refused(ErrorCode::SecurityDisabled, NO_AUTHORIZER));
    }
    let filter = AclFilter {
        resource_type: request.resource_type_filter,
        resource_name: request.resource_name_filter.map(ToOwned::to_owned),
        pattern_type: request.pattern_type_filter,
        principal: request.principal_filter.map(ToOwned::to_owned),
        host: request.host_filter.map(ToOwned::to_owned),
        operation: request.operation,
        permission_type: request.permission_type,
    };
    if !filter.knows_pattern() || !filter.knows_entry() {
        return caller
            .ready(&refused(ErrorCode::InvalidRequest, "The filter holds a number that is not known."));
    }
    let image = caller.node.image();
    let mut by_resource: BTreeMap<(i8, &str, i8), Vec<AclDescription<'_>>> = BTreeMap::new();
    for entry in image.acls.entries.values().filter(|entry| filter.matches(entry)) {
        let AccessControlEntry { resource_type, resource_name, pattern_type, .. } = &**entry;
        let key = (*resource_type, resource_name.as_str(), *pattern_type);
        by_resource.entry(key).or_default().push(AclDescription {
            principal: &entry.principal,
            host: &entry.host,
            operation: entry.operation,
            permission_type: entry.permission_type,
        });
    }
    let resources = by_resource.into_iter().map(|((resource_type, resource_name, pattern_type), acls)| {
        DescribeAclsResource { resource_type, resource_name, pattern_type, acls }
    });
    caller.ready(&DescribeAclsResponse { resources: resources.collect(), ..Default::default() })
}
