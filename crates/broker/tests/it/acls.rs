//! With an authorizer nothing is done, shown or even admitted to exist without leave.

use thalweg_security::acl::{Operation, PatternType, Permission, ResourceType};
use thalweg_wire::messages::create_acls_request::AclCreation;
use thalweg_wire::messages::{
    CreateAclsRequest, DeleteAclsRequest, DescribeAclsRequest, MetadataRequest, delete_acls_request,
};

use crate::client::{Client, batch, metadata_request};
use crate::world::{End, World};

const TOPIC_AUTHORIZATION_FAILED: i16 = 29;
const CLUSTER_AUTHORIZATION_FAILED: i16 = 31;
const SECURITY_DISABLED: i16 = 54;

const AUTHORIZER: (&str, &str) =
    ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");

fn acl<'a>(
    kind: ResourceType,
    name: &'a str,
    operation: Operation,
    permission: Permission,
) -> AclCreation<'a> {
    AclCreation {
        resource_type: kind.code(),
        resource_name: name,
        resource_pattern_type: PatternType::Literal.code(),
        principal: "User:ANONYMOUS",
        host: "*",
        operation: operation.code(),
        permission_type: permission.code(),
    }
}

fn create(world: &mut World, client: &mut Client, acls: Vec<AclCreation<'_>>) -> Vec<i16> {
    let answer = client.ask(world, 3, &CreateAclsRequest { creations: acls });
    let body = answer.body();
    body.results.iter().map(|result| result.error_code).collect()
}

/// Names and errors that Metadata tells of one topic, and of all.
fn seen(world: &mut World, client: &mut Client, name: &str) -> (i16, usize) {
    let code = client.ask(world, 9, &metadata_request(&[name])).body().topics[0].error_code;
    let all = MetadataRequest { topics: None, ..Default::default() };
    (code, client.ask(world, 9, &all).body().topics.len())
}

#[test]
fn rules_open_and_close_a_topic_at_once_and_outlive_a_restart() {
    let mut world = World::with(&[AUTHORIZER, ("allow.everyone.if.no.acl.found", "true")]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    assert_eq!(client.produce(&mut world, "t", &batch(&["a"])), (0, 0));
    assert_eq!(seen(&mut world, &mut client, "t"), (0, 1));

    use Operation::{Describe, Write};
    use Permission::{Allow, Deny};
    let topic = |name, operation, permission| acl(ResourceType::Topic, name, operation, permission);
    assert_eq!(create(&mut world, &mut client, vec![topic("t", Describe, Allow)]), [0]);
    assert_eq!(seen(&mut world, &mut client, "t"), (0, 1));
    assert_eq!(client.produce(&mut world, "t", &batch(&["b"])).0, TOPIC_AUTHORIZATION_FAILED);
    assert_eq!(client.fetch(&mut world, "t", 0).0, TOPIC_AUTHORIZATION_FAILED);

    assert_eq!(create(&mut world, &mut client, vec![topic("t", Write, Allow)]), [0]);
    assert_eq!(client.produce(&mut world, "t", &batch(&["b"])), (0, 1));
    assert_eq!(create(&mut world, &mut client, vec![topic("*", Write, Deny)]), [0]);
    assert_eq!(client.produce(&mut world, "t", &batch(&["c"])).0, TOPIC_AUTHORIZATION_FAILED);
    assert_eq!(client.produce(&mut world, "nope", &batch(&["c"])).0, TOPIC_AUTHORIZATION_FAILED);

    world.restart(End::Clean);
    let mut client = Client::connect(&mut world);
    assert_eq!(client.produce(&mut world, "t", &batch(&["c"])).0, TOPIC_AUTHORIZATION_FAILED);
    let filter = delete_acls_request::DeleteAclsFilter {
        resource_type_filter: ResourceType::Topic.code(),
        resource_name_filter: Some("*"),
        pattern_type_filter: PatternType::Literal.code(),
        principal_filter: None,
        host_filter: None,
        operation: 1,
        permission_type: 1,
    };
    let answer = client.ask(&mut world, 3, &DeleteAclsRequest { filters: vec![filter] });
    assert_eq!(answer.body().filter_results[0].matching_acls.len(), 1);
    assert_eq!(client.produce(&mut world, "t", &batch(&["c"])), (0, 2));
}

#[test]
fn without_leave_a_topic_is_neither_there_nor_missing() {
    let mut world = World::with(&[AUTHORIZER]);
    let mut client = Client::connect(&mut world);
    assert_eq!(client.try_create(&mut world, "t", 1, &[]), TOPIC_AUTHORIZATION_FAILED);
    assert_eq!(seen(&mut world, &mut client, "t"), (TOPIC_AUTHORIZATION_FAILED, 0));
    assert_eq!(client.produce(&mut world, "t", &batch(&["a"])).0, TOPIC_AUTHORIZATION_FAILED);
    let rule = acl(ResourceType::Topic, "t", Operation::All, Permission::Allow);
    assert_eq!(create(&mut world, &mut client, vec![rule]), [CLUSTER_AUTHORIZATION_FAILED]);
    let all = DescribeAclsRequest {
        resource_type_filter: 1,
        pattern_type_filter: 1,
        principal_filter: None,
        host_filter: None,
        operation: 1,
        permission_type: 1,
        ..Default::default()
    };
    assert_eq!(client.ask(&mut world, 3, &all).body().error_code, CLUSTER_AUTHORIZATION_FAILED);
}

#[test]
fn super_users_may_do_everything_and_a_broker_without_authorizer_keeps_no_rules() {
    let mut world = World::with(&[AUTHORIZER, ("super.users", "User:admin;User:ANONYMOUS")]);
    let mut client = Client::connect(&mut world);
    let deny = acl(ResourceType::Topic, "t", Operation::All, Permission::Deny);
    assert_eq!(create(&mut world, &mut client, vec![deny.clone()]), [0]);
    client.create(&mut world, "t", &[]);
    assert_eq!(client.produce(&mut world, "t", &batch(&["a"])), (0, 0));

    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    assert_eq!(create(&mut world, &mut client, vec![deny]), [SECURITY_DISABLED]);
}
