//! The evaluator against a naive one that looks at every entry, and cases one can read.

use std::net::IpAddr;
use std::sync::Arc;

use proptest::prelude::*;
use thalweg_metadata::{AccessControlEntry, AclsImage};
use thalweg_model::Uuid;

use super::*;
use crate::Principal;

fn id(number: usize) -> Uuid {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&(number as u64 + 1).to_be_bytes());
    Uuid(bytes)
}

fn image(entries: &[AccessControlEntry]) -> AclsImage {
    let entries = entries.iter().enumerate().map(|(at, entry)| (id(at), Arc::new(entry.clone())));
    AclsImage { entries: entries.collect() }
}

fn topic(
    name: &str,
    pattern: PatternType,
    principal: &str,
    host: &str,
    operation: Operation,
    permission: Permission,
) -> AccessControlEntry {
    AccessControlEntry {
        resource_type: ResourceType::Topic.code(),
        resource_name: name.into(),
        pattern_type: pattern.code(),
        principal: principal.into(),
        host: host.into(),
        operation: operation.code(),
        permission_type: permission.code(),
    }
}

fn may(index: &AclIndex, policy: &Policy, who: &str, operation: Operation, name: &str) -> bool {
    let principal = Principal::user(who);
    let host = IpAddr::from([127, 0, 0, 1]);
    let request =
        Request { principal: &principal, host, operation, resource_type: ResourceType::Topic, name };
    index.decide(policy, &request).allowed
}

#[test]
fn a_refusal_beats_leave_and_leave_to_read_implies_leave_to_describe() {
    use Operation::{Describe, Read, Write};
    let index = AclIndex::of(&image(&[
        topic("orders", PatternType::Prefixed, "User:a", "*", Read, Permission::Allow),
        topic("orders-secret", PatternType::Literal, "User:*", "*", Read, Permission::Deny),
        topic("*", PatternType::Literal, "User:b", "10.0.0.0/8", Operation::All, Permission::Allow),
    ]));
    let policy = Policy::default();
    assert!(may(&index, &policy, "a", Read, "orders") && may(&index, &policy, "a", Read, "orders-eu"));
    assert!(may(&index, &policy, "a", Describe, "orders-eu"));
    assert!(!may(&index, &policy, "a", Write, "orders"));
    assert!(!may(&index, &policy, "a", Read, "order"));
    assert!(!may(&index, &policy, "a", Read, "orders-secret"));
    assert!(may(&index, &policy, "a", Describe, "orders-secret"), "a refused READ does not hide the topic");
    assert!(!may(&index, &policy, "b", Read, "orders"), "b calls from another network");
}

#[test]
fn a_resource_without_rules_is_for_nobody_or_everybody() {
    let index = AclIndex::of(&image(&[topic(
        "t",
        PatternType::Literal,
        "User:a",
        "*",
        Operation::Read,
        Permission::Allow,
    )]));
    let open = Policy { allow_without_rules: true, ..Policy::default() };
    assert!(!may(&index, &Policy::default(), "z", Operation::Read, "other"));
    assert!(may(&index, &open, "z", Operation::Read, "other"));
    assert!(!may(&index, &open, "z", Operation::Read, "t"), "rules speak of it, none to z");
    let supers = Policy::parse("User:root; User:z", false).expect("both have a type");
    assert!(may(&index, &supers, "z", Operation::Alter, "t"));
    assert_eq!(Policy::parse("root", false), Err("root".into()));
}

#[test]
fn a_producer_needs_leave_to_write_somewhere_that_no_refusal_covers() {
    use Operation::Write;
    let somewhere = |entries: &[AccessControlEntry]| {
        let index = AclIndex::of(&image(entries));
        let principal = Principal::user("a");
        let request = Request {
            principal: &principal,
            host: IpAddr::from([127, 0, 0, 1]),
            operation: Write,
            resource_type: ResourceType::Topic,
            name: "",
        };
        index.allows_somewhere(&Policy::default(), &request)
    };
    let allow = |name, pattern| topic(name, pattern, "User:a", "*", Write, Permission::Allow);
    let deny = |name, pattern| topic(name, pattern, "User:*", "*", Write, Permission::Deny);
    let (literal, prefixed) = (PatternType::Literal, PatternType::Prefixed);
    assert!(!somewhere(&[]));
    assert!(somewhere(&[allow("t", literal)]));
    assert!(!somewhere(&[allow("t", literal), deny("t", literal)]));
    assert!(!somewhere(&[allow("tea", prefixed), deny("t", prefixed)]));
    assert!(somewhere(&[allow("tea", prefixed), deny("tea-x", prefixed)]));
    assert!(somewhere(&[allow("*", literal), deny("t", prefixed)]));
    assert!(!somewhere(&[allow("*", literal), deny("*", literal)]));
}

/// What StandardAuthorizer says, by looking at every entry.
fn naive(entries: &[AccessControlEntry], policy: &Policy, request: &Request<'_>) -> bool {
    if policy.super_users.contains(request.principal.as_str()) {
        return true;
    }
    let about: Vec<&AccessControlEntry> = entries
        .iter()
        .filter(|entry| entry.resource_type == request.resource_type.code())
        .filter(|entry| {
            if entry.pattern_type == PatternType::Prefixed.code() {
                request.name.starts_with(&entry.resource_name)
            } else {
                entry.resource_name == "*" || entry.resource_name == request.name
            }
        })
        .collect();
    if about.is_empty() {
        return policy.allow_without_rules;
    }
    let to_caller = |entry: &&&AccessControlEntry| {
        (entry.principal == "User:*" || entry.principal == request.principal.as_str())
            && (entry.host == "*" || entry.host == request.host.to_string())
    };
    let all = Operation::All.code();
    let wanted = request.operation.code();
    let denied = about.iter().filter(to_caller).any(|entry| {
        entry.permission_type == Permission::Deny.code()
            && (entry.operation == all || entry.operation == wanted)
    });
    let implied: &[i8] = match request.operation {
        Operation::Describe => &[8, 3, 4, 6, 7],
        Operation::DescribeConfigs => &[10, 11],
        _ => &[],
    };
    let allowed = about.iter().filter(to_caller).any(|entry| {
        entry.permission_type == Permission::Allow.code()
            && (entry.operation == all || entry.operation == wanted || implied.contains(&entry.operation))
    });
    !denied && allowed
}

fn entries() -> impl Strategy<Value = Vec<AccessControlEntry>> {
    let names = prop::sample::select(vec!["*", "a", "ab", "abc", "b", "é", "éa", "abcd"]);
    let one = (
        prop::sample::select(vec![2i8, 2, 2, 3, 99]),
        names,
        prop::sample::select(vec![3i8, 4]),
        prop::sample::select(vec!["User:*", "User:u", "User:v", "Group:u"]),
        prop::sample::select(vec!["*", "127.0.0.1", "10.0.0.1", "nowhere"]),
        2i8..=15,
        2i8..=3,
    );
    let one = one.prop_map(|(resource_type, name, pattern_type, principal, host, operation, permission)| {
        AccessControlEntry {
            resource_type,
            resource_name: name.into(),
            pattern_type,
            principal: principal.into(),
            host: host.into(),
            operation,
            permission_type: permission,
        }
    });
    prop::collection::vec(one, 0..24)
}

proptest! {
    #[test]
    fn the_index_decides_as_a_look_at_every_entry_does(
        before in entries(),
        after in entries(),
        open in any::<bool>(),
        name in prop::sample::select(vec!["a", "ab", "abc", "abx", "b", "é", "éab", "c", "*", ""]),
        who in prop::sample::select(vec!["u", "v", "w", "root"]),
        from in prop::sample::select(vec!["127.0.0.1", "10.0.0.1"]),
        operation in 3i8..=15,
    ) {
        let policy = Policy::parse("User:root", open).expect("has a type");
        let principal = Principal::user(who);
        let request = Request {
            principal: &principal,
            host: from.parse().expect("an address"),
            operation: Operation::from_code(operation).expect("all are known"),
            resource_type: ResourceType::Topic,
            name,
        };
        let mut index = AclIndex::of(&image(&before));
        prop_assert_eq!(index.decide(&policy, &request).allowed, naive(&before, &policy, &request));
        index.update(&image(&after));
        prop_assert_eq!(index.decide(&policy, &request).allowed, naive(&after, &policy, &request));
        index.update(&image(&[]));
        prop_assert_eq!(&index, &AclIndex::default(), "nothing is left of what went");
    }
}
