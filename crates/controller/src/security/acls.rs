//! CreateAcls and DeleteAcls: entries in, records out. What a rule means is decided elsewhere.

use std::collections::BTreeSet;

use thalweg_metadata::{AccessControlEntry, MetadataImage, RecordList};
use thalweg_model::Uuid;
use thalweg_security::acl::{
    AclFilter, CLUSTER_NAME, Operation, PatternType, Permission, ResourceType, WILDCARD, parse_network,
};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::metadata::RemoveAccessControlEntryRecord;

use super::{not_encodable, too_many};
use crate::{ApiError, Decision, NewIds};

/// First metadata version whose hosts may be networks (KIP-1276, 4.4-IV1).
const NETWORK_VERSION: i16 = 32;

/// Decides a CreateAcls request. An entry that is there already is a success and changes nothing.
pub fn create(
    image: &MetadataImage,
    entries: &[AccessControlEntry],
    ids: &mut dyn NewIds,
) -> Decision<Vec<Result<(), ApiError>>> {
    let mut present: BTreeSet<Key<'_>> = image.acls.entries.values().map(|entry| key(entry)).collect();
    let takes_networks = image.features.metadata_version() >= NETWORK_VERSION;
    let mut records = RecordList::new();
    let mut response = Vec::with_capacity(entries.len());
    for entry in entries {
        let result = check(entry, takes_networks).and_then(|()| {
            if !present.insert(key(entry)) {
                return Ok(());
            }
            records.push(entry.record(new_id(image, ids)), 0).map_err(not_encodable)
        });
        response.push(result);
    }
    if too_many(&records) {
        let error = ApiError::new(
            ErrorCode::PolicyViolation,
            format!("One request may cause {} records at most.", crate::RECORDS_PER_REQUEST_MAX),
        );
        response.iter_mut().for_each(|result| *result = Err(error.clone()));
        records = RecordList::new();
    }
    Decision { records, response }
}

/// Decides a DeleteAcls request. An entry that two filters mean is told by both and goes once.
pub fn delete(
    image: &MetadataImage,
    filters: &[AclFilter],
) -> Decision<Vec<Result<Vec<AccessControlEntry>, ApiError>>> {
    let mut going: BTreeSet<Uuid> = BTreeSet::new();
    let mut response = Vec::with_capacity(filters.len());
    for filter in filters {
        if !filter.knows_pattern() {
            response.push(Err(ApiError::new(ErrorCode::InvalidRequest, "Unknown patternFilter.")));
            continue;
        }
        if !filter.knows_entry() {
            response.push(Err(ApiError::new(ErrorCode::InvalidRequest, "Unknown entryFilter.")));
            continue;
        }
        let meant = || image.acls.entries.iter().filter(|(_, entry)| filter.matches(entry));
        let before = going.clone();
        going.extend(meant().map(|(id, _)| *id));
        if going.len() > crate::RECORDS_PER_REQUEST_MAX {
            going = before;
            let why = "Cannot remove more than 10000 acls in a single delete operation.";
            response.push(Err(ApiError::new(ErrorCode::InvalidRequest, why)));
            continue;
        }
        response.push(Ok(meant().map(|(_, entry)| AccessControlEntry::clone(entry)).collect()));
    }
    let mut records = RecordList::new();
    for id in going {
        if let Err(error) = records.push(RemoveAccessControlEntryRecord { id }, 0) {
            let error = not_encodable(error);
            response.iter_mut().for_each(|result| *result = Err(error.clone()));
            return Decision { records: RecordList::new(), response };
        }
    }
    Decision { records, response }
}

/// What makes two entries the same, ids aside.
type Key<'a> = (i8, &'a str, i8, &'a str, &'a str, i8, i8);

fn key(entry: &AccessControlEntry) -> Key<'_> {
    (
        entry.resource_type,
        &entry.resource_name,
        entry.pattern_type,
        &entry.principal,
        &entry.host,
        entry.operation,
        entry.permission_type,
    )
}

fn new_id(image: &MetadataImage, ids: &mut dyn NewIds) -> Uuid {
    loop {
        let id = ids.topic_id();
        if !image.acls.entries.contains_key(&id) {
            return id;
        }
    }
}

fn check(entry: &AccessControlEntry, takes_networks: bool) -> Result<(), ApiError> {
    let invalid = |why: String| Err(ApiError::new(ErrorCode::InvalidRequest, why));
    match ResourceType::from_code(entry.resource_type) {
        None => return invalid(format!("Invalid resourceType {}", filter_word(entry.resource_type))),
        Some(ResourceType::Cluster) if entry.resource_name != CLUSTER_NAME => {
            return invalid(format!("The only valid name for the CLUSTER resource is {CLUSTER_NAME}"));
        }
        Some(_) => {}
    }
    if PatternType::from_code(entry.pattern_type).is_none() {
        let word = if entry.pattern_type == thalweg_security::acl::MATCH {
            "MATCH"
        } else {
            filter_word(entry.pattern_type)
        };
        return invalid(format!("Invalid patternType {word}"));
    }
    if Operation::from_code(entry.operation).is_none() {
        return invalid(format!("Invalid operation {}", filter_word(entry.operation)));
    }
    if Permission::from_code(entry.permission_type).is_none() {
        return invalid(format!("Invalid permissionType {}", filter_word(entry.permission_type)));
    }
    if entry.resource_name.is_empty() {
        return invalid("Resource name should not be empty".to_owned());
    }
    if !entry.principal.contains(':') {
        return invalid(format!(
            "Could not parse principal from `{}` (no colon is present separating the principal type from the \
             principal name)",
            entry.principal
        ));
    }
    check_host(&entry.host, takes_networks)
}

fn check_host(host: &str, takes_networks: bool) -> Result<(), ApiError> {
    if host.is_empty() {
        return Err(ApiError::new(ErrorCode::InvalidRequest, "Host pattern cannot be null or empty"));
    }
    if host == WILDCARD || !host.contains('/') {
        return Ok(());
    }
    if !takes_networks {
        let why = "CIDR-based ACL host patterns require metadata version 4.4-IV1 or higher.";
        return Err(ApiError::new(ErrorCode::UnsupportedVersion, why));
    }
    if parse_network(host).is_none() {
        let why = format!("Invalid CIDR notation '{host}': it is not an address and a number of bits");
        return Err(ApiError::new(ErrorCode::InvalidRequest, why));
    }
    Ok(())
}

/// The words that filters may have and entries may not.
fn filter_word(code: i8) -> &'static str {
    if code == thalweg_security::acl::ANY { "ANY" } else { "UNKNOWN" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::security::tests::{Counting, image_with, replayed};

    fn entry(name: &str, host: &str) -> AccessControlEntry {
        AccessControlEntry {
            resource_type: ResourceType::Topic.code(),
            resource_name: name.into(),
            pattern_type: PatternType::Literal.code(),
            principal: "User:a".into(),
            host: host.into(),
            operation: Operation::Read.code(),
            permission_type: Permission::Allow.code(),
        }
    }

    #[test]
    fn an_entry_is_made_once_and_deleted_by_what_it_says() {
        let image = image_with(33);
        let decision =
            create(&image, &[entry("t", "*"), entry("t", "*"), entry("u", "10.0.0.0/8")], &mut Counting(0));
        assert_eq!(decision.response, [Ok(()), Ok(()), Ok(())]);
        assert_eq!(decision.records.len(), 2);
        let image = replayed(&image, &decision.records);
        assert!(create(&image, &[entry("t", "*")], &mut Counting(9)).records.is_empty());

        let any = thalweg_security::acl::ANY;
        let named = |name: &str| AclFilter {
            resource_type: any,
            resource_name: Some(name.to_owned()),
            pattern_type: any,
            principal: None,
            host: None,
            operation: any,
            permission_type: any,
        };
        let decision = delete(&image, &[named("t"), named("t"), AclFilter { operation: 0, ..named("u") }]);
        assert_eq!(decision.response[0], Ok(vec![entry("t", "*")]));
        assert_eq!(decision.response[1], Ok(vec![entry("t", "*")]));
        assert_eq!(decision.response[2].as_ref().unwrap_err().code, ErrorCode::InvalidRequest);
        assert_eq!(decision.records.len(), 1);
        assert_eq!(replayed(&image, &decision.records).acls.entries.len(), 1);
    }

    #[test]
    fn what_no_authorizer_could_evaluate_is_refused() {
        let refused = |entry: AccessControlEntry, level: i16| {
            let decision = create(&image_with(level), &[entry], &mut Counting(0));
            assert!(decision.records.is_empty());
            decision.response[0].as_ref().unwrap_err().code
        };
        let good = entry("t", "*");
        let invalid = ErrorCode::InvalidRequest;
        assert_eq!(refused(AccessControlEntry { resource_type: 1, ..good.clone() }, 33), invalid);
        assert_eq!(refused(AccessControlEntry { pattern_type: 2, ..good.clone() }, 33), invalid);
        assert_eq!(refused(AccessControlEntry { operation: 1, ..good.clone() }, 33), invalid);
        assert_eq!(refused(AccessControlEntry { permission_type: 0, ..good.clone() }, 33), invalid);
        assert_eq!(refused(AccessControlEntry { principal: "a".into(), ..good.clone() }, 33), invalid);
        assert_eq!(refused(AccessControlEntry { resource_type: 4, ..good.clone() }, 33), invalid);
        assert_eq!(refused(entry("", "*"), 33), invalid);
        assert_eq!(refused(entry("t", ""), 33), invalid);
        assert_eq!(refused(entry("t", "10.0.0.0/33"), 33), invalid);
        assert_eq!(refused(entry("t", "10.0.0.0/8"), 31), ErrorCode::UnsupportedVersion);
    }
}
