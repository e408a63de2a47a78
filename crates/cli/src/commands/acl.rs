//! `thalweg acl …`: the rules of the cluster. `check` asks for all rules and evaluates them here, by the same code as
//! the broker, so that it can say which one decides.

use std::sync::Arc;

use serde_json::{Value, json};
use thalweg_client::{Answer, BrokerError, Call};
use thalweg_metadata::{AccessControlEntry, AclsImage};
use thalweg_model::Uuid;
use thalweg_security::Principal;
use thalweg_security::acl::{
    ANY, AclFilter, AclIndex, Because, CLUSTER_NAME, MATCH, Operation, PatternType, Permission, Policy,
    Request, ResourceType,
};
use thalweg_wire::Encode;
use thalweg_wire::messages::create_acls_request::AclCreation;
use thalweg_wire::messages::delete_acls_request::DeleteAclsFilter;
use thalweg_wire::messages::{
    CreateAclsRequest, CreateAclsResponse, DeleteAclsRequest, DeleteAclsResponse, DescribeAclsRequest,
    DescribeAclsResponse,
};

use crate::args::{AclCheckArgs, AclCommand, AclFilterArgs, AclRuleArgs, ResourceArgs};
use crate::failure::{Failure, Outcome};
use crate::output::{Column, Format, Listing, Table, hint};
use crate::session::{Session, broker_failure, call_failure};

/// Does what was asked of rules.
pub fn run(session: &mut Session, command: &AclCommand, format: Format) -> Outcome {
    match command {
        AclCommand::List(args) => list(session, args)?.print(format),
        AclCommand::Add(args) => add(session, args)?.print(format),
        AclCommand::Remove(args) => remove(session, args)?.print(format),
        AclCommand::Check(args) => check(session, args)?.print(format),
    }
}

fn list(session: &mut Session, args: &AclFilterArgs) -> Outcome<Listing> {
    let entries = ask(session, filter(args)?)?;
    if entries.is_empty() {
        hint("There are no such rules.");
    }
    Ok(listing(&entries))
}

fn add(session: &mut Session, args: &AclRuleArgs) -> Outcome<Listing> {
    let Some((kind, name)) = resource(&args.resource) else {
        return Err(Failure::usage(
            "Say what the rule is about: --topic, --group, --transactional-id or --cluster.",
        ));
    };
    let pattern = if args.prefixed { PatternType::Prefixed } else { PatternType::Literal };
    let permission = if args.deny { Permission::Deny } else { Permission::Allow };
    let entry = AccessControlEntry {
        resource_type: kind.code(),
        resource_name: name,
        pattern_type: pattern.code(),
        principal: principal(&args.user),
        host: args.from.clone(),
        operation: operation(&args.operation)?.code(),
        permission_type: permission.code(),
    };
    let asked = entry.clone();
    let answer = session.call(Call::new::<CreateAclsRequest<'static>>(1..=3, move |version, writer| {
        let creation = AclCreation {
            resource_type: asked.resource_type,
            resource_name: &asked.resource_name,
            resource_pattern_type: asked.pattern_type,
            principal: &asked.principal,
            host: &asked.host,
            operation: asked.operation,
            permission_type: asked.permission_type,
        };
        CreateAclsRequest { creations: vec![creation] }.encode(writer, version)
    }))?;
    let response: CreateAclsResponse<'_> = read(&answer)?;
    let error = response
        .results
        .iter()
        .find_map(|result| BrokerError::from_code(result.error_code, result.error_message));
    match error {
        Some(error) => Err(broker_failure("Adding", "the rule", &error)),
        None => Ok(listing(&[entry])),
    }
}

fn remove(session: &mut Session, args: &AclFilterArgs) -> Outcome<Listing> {
    let filter = filter(args)?;
    let means_all = AclFilter { pattern_type: ANY, ..filter.clone() } == everything();
    if means_all {
        return Err(Failure::usage("That would remove every rule. Say which: --user, --topic, --group …"));
    }
    let answer = session.call(Call::new::<DeleteAclsRequest<'static>>(1..=3, move |version, writer| {
        let filter = DeleteAclsFilter {
            resource_type_filter: filter.resource_type,
            resource_name_filter: filter.resource_name.as_deref(),
            pattern_type_filter: filter.pattern_type,
            principal_filter: filter.principal.as_deref(),
            host_filter: filter.host.as_deref(),
            operation: filter.operation,
            permission_type: filter.permission_type,
        };
        DeleteAclsRequest { filters: vec![filter] }.encode(writer, version)
    }))?;
    let response: DeleteAclsResponse<'_> = read(&answer)?;
    let mut gone = Vec::new();
    for result in &response.filter_results {
        if let Some(error) = BrokerError::from_code(result.error_code, result.error_message) {
            return Err(broker_failure("Removing", "rules", &error));
        }
        gone.extend(result.matching_acls.iter().map(|acl| AccessControlEntry {
            resource_type: acl.resource_type,
            resource_name: acl.resource_name.to_owned(),
            pattern_type: acl.pattern_type,
            principal: acl.principal.to_owned(),
            host: acl.host.to_owned(),
            operation: acl.operation,
            permission_type: acl.permission_type,
        }));
    }
    if gone.is_empty() {
        hint("There were no such rules.");
    }
    Ok(listing(&gone))
}

fn check(session: &mut Session, args: &AclCheckArgs) -> Outcome<Listing> {
    let entries = ask(session, everything())?;
    let numbered = (0_u64..).zip(entries).map(|(at, entry)| {
        let mut id = [0; 16];
        id[..8].copy_from_slice(&at.to_be_bytes());
        (Uuid(id), Arc::new(entry))
    });
    let index = AclIndex::of(&AclsImage { entries: numbered.collect() });
    let text = principal(&args.user);
    let Some(caller) = Principal::parse(&text) else {
        return Err(Failure::usage(format!("'{text}' is no user.")));
    };
    let request = Request {
        principal: &caller,
        host: args.from,
        operation: operation(&args.operation)?,
        resource_type: ResourceType::Topic,
        name: &args.topic,
    };
    let policy = Policy::default();
    let verdict = index.decide(&policy, &request);
    let (word, why, rule) = match verdict.because {
        Because::Rule(rule) => {
            let word = if verdict.allowed { "allowed" } else { "denied" };
            (word, "this rule decides".to_owned(), Some(AccessControlEntry::clone(&rule.entry)))
        }
        Because::NoRuleMatches => {
            ("denied", "rules speak of the topic, none of them to this user and operation".to_owned(), None)
        }
        Because::NoRules | Because::SuperUser => (
            "undecided",
            "no rule speaks of the topic: allowed only if the broker's allow.everyone.if.no.acl.found is true"
                .to_owned(),
            None,
        ),
    };
    hint(&format!("{word}: {why} (the broker's super.users may do everything)"));
    let mut listing = listing(rule.as_slice());
    listing.names = vec![word.to_owned()];
    listing.value = json!({"decision": word, "why": why, "rule": rule.as_ref().map(value)});
    Ok(listing)
}

fn ask(session: &mut Session, filter: AclFilter) -> Outcome<Vec<AccessControlEntry>> {
    let answer = session.call(Call::new::<DescribeAclsRequest<'static>>(1..=3, move |version, writer| {
        let request = DescribeAclsRequest {
            resource_type_filter: filter.resource_type,
            resource_name_filter: filter.resource_name.as_deref(),
            pattern_type_filter: filter.pattern_type,
            principal_filter: filter.principal.as_deref(),
            host_filter: filter.host.as_deref(),
            operation: filter.operation,
            permission_type: filter.permission_type,
        };
        request.encode(writer, version)
    }))?;
    let response: DescribeAclsResponse<'_> = read(&answer)?;
    if let Some(error) = BrokerError::from_code(response.error_code, response.error_message) {
        return Err(broker_failure("Reading", "rules", &error));
    }
    let mut entries = Vec::new();
    for resource in &response.resources {
        entries.extend(resource.acls.iter().map(|acl| AccessControlEntry {
            resource_type: resource.resource_type,
            resource_name: resource.resource_name.to_owned(),
            pattern_type: resource.pattern_type,
            principal: acl.principal.to_owned(),
            host: acl.host.to_owned(),
            operation: acl.operation,
            permission_type: acl.permission_type,
        }));
    }
    Ok(entries)
}

fn read<'a, M: thalweg_wire::Message + thalweg_wire::Decode<'a>>(answer: &'a Answer) -> Outcome<M> {
    answer.decode().map_err(|error| call_failure(&error))
}

fn everything() -> AclFilter {
    AclFilter {
        resource_type: ANY,
        resource_name: None,
        pattern_type: ANY,
        principal: None,
        host: None,
        operation: ANY,
        permission_type: ANY,
    }
}

fn filter(args: &AclFilterArgs) -> Outcome<AclFilter> {
    let resource = resource(&args.resource);
    Ok(AclFilter {
        resource_type: resource.as_ref().map_or(ANY, |(kind, _)| kind.code()),
        resource_name: resource.map(|(_, name)| name),
        pattern_type: if args.matching { MATCH } else { ANY },
        principal: args.user.as_deref().map(principal),
        operation: match &args.operation {
            Some(name) => operation(name)?.code(),
            None => ANY,
        },
        ..everything()
    })
}

fn resource(args: &ResourceArgs) -> Option<(ResourceType, String)> {
    if args.cluster {
        return Some((ResourceType::Cluster, CLUSTER_NAME.to_owned()));
    }
    let named = [
        (ResourceType::Topic, &args.topic),
        (ResourceType::Group, &args.group),
        (ResourceType::TransactionalId, &args.transactional_id),
    ];
    named.into_iter().find_map(|(kind, name)| Some((kind, name.clone()?)))
}

fn operation(name: &str) -> Outcome<Operation> {
    Operation::from_name(name).ok_or_else(|| {
        let known: Vec<String> =
            Operation::ALL.iter().map(|one| one.name().to_lowercase().replace('_', "-")).collect();
        Failure::usage(format!("There is no operation '{name}'. There are {}.", known.join(", ")))
    })
}

/// `User:name`, unless a type is given.
fn principal(user: &str) -> String {
    if user.contains(':') { user.to_owned() } else { format!("User:{user}") }
}

fn listing(entries: &[AccessControlEntry]) -> Listing {
    let columns = ["PRINCIPAL", "PERMISSION", "OPERATION", "RESOURCE", "NAME", "PATTERN", "FROM"];
    let mut table = Table::new(columns.into_iter().map(Column::left).collect());
    for entry in entries {
        table.row(vec![
            entry.principal.clone(),
            permission_name(entry),
            operation_name(entry),
            resource_name(entry),
            entry.resource_name.clone(),
            pattern_name(entry),
            entry.host.clone(),
        ]);
    }
    Listing {
        tables: vec![table],
        names: entries.iter().map(|entry| entry.resource_name.clone()).collect(),
        value: Value::Array(entries.iter().map(value).collect()),
    }
}

fn value(entry: &AccessControlEntry) -> Value {
    json!({
        "principal": entry.principal,
        "permission": permission_name(entry),
        "operation": operation_name(entry),
        "resource": resource_name(entry),
        "name": entry.resource_name,
        "pattern": pattern_name(entry),
        "from": entry.host,
    })
}

fn named(name: Option<&str>, code: i8) -> String {
    name.map_or_else(|| code.to_string(), |name| name.to_lowercase().replace('_', "-"))
}

fn permission_name(entry: &AccessControlEntry) -> String {
    named(Permission::from_code(entry.permission_type).map(Permission::name), entry.permission_type)
}

fn operation_name(entry: &AccessControlEntry) -> String {
    named(Operation::from_code(entry.operation).map(Operation::name), entry.operation)
}

fn resource_name(entry: &AccessControlEntry) -> String {
    named(ResourceType::from_code(entry.resource_type).map(ResourceType::name), entry.resource_type)
}

fn pattern_name(entry: &AccessControlEntry) -> String {
    named(PatternType::from_code(entry.pattern_type).map(PatternType::name), entry.pattern_type)
}
