//! Consumer groups over the wire: two members share a topic, a restart and a power cut remember them, tools see
//! them, and what cannot be granted is refused with Kafka's codes.

use std::time::Duration;

use thalweg_model::Uuid;
use thalweg_wire::messages::consumer_group_heartbeat_request::TopicPartitions;
use thalweg_wire::messages::incremental_alter_configs_request::{AlterConfigsResource, AlterableConfig};
use thalweg_wire::messages::{
    ConsumerGroupDescribeRequest, ConsumerGroupHeartbeatRequest, CreatePartitionsRequest,
    DescribeGroupsRequest, FindCoordinatorRequest, IncrementalAlterConfigsRequest, ListGroupsRequest,
    create_partitions_request,
};

use crate::client::Client;
use crate::world::{End, World};

const INVALID_REQUEST: i16 = 42;
const GROUP_ID_NOT_FOUND: i16 = 69;
const UNKNOWN_MEMBER_ID: i16 = 25;
const FENCED_MEMBER_EPOCH: i16 = 110;
const UNSUPPORTED_ASSIGNOR: i16 = 112;
const INVALID_REGULAR_EXPRESSION: i16 = 128;

pub fn beat(member: &str, epoch: i32) -> ConsumerGroupHeartbeatRequest<'_> {
    let joins = epoch == 0;
    ConsumerGroupHeartbeatRequest {
        group_id: "g",
        member_id: member,
        member_epoch: epoch,
        rebalance_timeout_ms: if joins { 30_000 } else { -1 },
        subscribed_topic_names: joins.then(|| vec!["t"]),
        topic_partitions: joins.then(Vec::new),
        ..Default::default()
    }
}

/// Code, epoch, and the partitions told.
pub type Told = (i16, i32, Option<Vec<i32>>);

pub fn send(world: &mut World, client: &mut Client, beat: &ConsumerGroupHeartbeatRequest<'_>) -> Told {
    let answer = client.ask(world, 1, beat);
    let body = answer.body();
    let partitions = |topics: &thalweg_wire::messages::consumer_group_heartbeat_response::Assignment| {
        topics.topic_partitions.iter().flat_map(|topic| topic.partitions.clone()).collect()
    };
    (body.error_code, body.member_epoch, body.assignment.as_ref().map(partitions))
}

/// A client that has found its coordinator, and a topic of two partitions.
pub fn begin(world: &mut World) -> Client {
    let mut client = Client::connect(world);
    client.create(world, "t", &[]);
    let topics =
        vec![create_partitions_request::CreatePartitionsTopic { name: "t", count: 2, assignments: None }];
    let more = CreatePartitionsRequest { topics, timeout_ms: 1_000, validate_only: false };
    assert_eq!(client.ask(world, 3, &more).body().results[0].error_code, 0);
    find(world, &mut client);
    client
}

fn find(world: &mut World, client: &mut Client) {
    let find = FindCoordinatorRequest { coordinator_keys: vec!["g"], ..Default::default() };
    for _ in 0..50 {
        if client.ask(world, 4, &find).body().coordinators[0].error_code == 0 {
            world.pass(Duration::from_millis(20), Duration::from_millis(10));
            return;
        }
        world.pass(Duration::from_millis(20), Duration::from_millis(10));
    }
    panic!("the coordinator never came");
}

fn topic_id(world: &World) -> Uuid {
    world.broker().node.topics.by_name("t").expect("the topic is there").id
}

fn state(world: &mut World, client: &mut Client) -> (i16, String, usize) {
    let describe =
        ConsumerGroupDescribeRequest { group_ids: vec!["g"], include_authorized_operations: false };
    let answer = client.ask(world, 1, &describe);
    let group = &answer.body().groups[0];
    (group.error_code, group.group_state.to_owned(), group.members.len())
}

#[test]
fn two_members_share_a_topic_and_outlive_a_restart_and_a_power_cut() {
    let mut world = World::with(&[("group.consumer.assignment.interval.ms", "0")]);
    let mut client = begin(&mut world);
    assert_eq!(send(&mut world, &mut client, &beat("a", 0)), (0, 1, Some(vec![0, 1])));
    assert_eq!(send(&mut world, &mut client, &beat("b", 0)), (0, 2, Some(vec![])));
    let (code, epoch, kept) = send(&mut world, &mut client, &beat("a", 1));
    let kept = kept.expect("it is told what it keeps");
    assert_eq!((code, epoch, kept.len()), (0, 1, 1));
    for how in [End::Clean, End::PowerCut] {
        world.restart(how);
        client = Client::connect(&mut world);
        find(&mut world, &mut client);
        assert_eq!(state(&mut world, &mut client), (0, "Reconciling".to_owned(), 2));
    }
    let owned = vec![TopicPartitions { topic_id: topic_id(&world), partitions: kept }];
    let gave_up = ConsumerGroupHeartbeatRequest { topic_partitions: Some(owned), ..beat("a", 1) };
    assert_eq!(send(&mut world, &mut client, &gave_up), (0, 2, None));
    let (_, epoch, given) = send(&mut world, &mut client, &beat("b", 2));
    assert_eq!((epoch, given.map(|given| given.len())), (2, Some(1)));
    assert_eq!(state(&mut world, &mut client), (0, "Stable".to_owned(), 2));
    let listed = client.ask(&mut world, 5, &ListGroupsRequest::default());
    let group = &listed.body().groups[0];
    assert_eq!((group.group_id, group.group_state, group.group_type), ("g", "Stable", "consumer"));
    // Tools of the classic protocol do not know it.
    let classic = DescribeGroupsRequest { groups: vec!["g"], include_authorized_operations: false };
    assert_eq!(client.ask(&mut world, 6, &classic).body().groups[0].error_code, GROUP_ID_NOT_FOUND);
    // Nobody is heard of for a session.
    world.pass(Duration::from_secs(50), Duration::from_secs(5));
    assert_eq!(state(&mut world, &mut client), (0, "Empty".to_owned(), 0));
}

#[test]
fn what_cannot_be_granted_is_refused_with_kafkas_codes() {
    let mut world = World::with(&[]);
    let mut client = begin(&mut world);
    let code = |world: &mut World, client: &mut Client, beat: ConsumerGroupHeartbeatRequest<'_>| {
        send(world, client, &beat).0
    };
    let full = || beat("a", 0);
    for (what, wrong) in [
        ("no group", ConsumerGroupHeartbeatRequest { group_id: "", ..full() }),
        ("no member", ConsumerGroupHeartbeatRequest { member_id: "", ..full() }),
        ("an empty instance", ConsumerGroupHeartbeatRequest { instance_id: Some(""), ..full() }),
        ("an empty rack", ConsumerGroupHeartbeatRequest { rack_id: Some(""), ..full() }),
        ("no timeout", ConsumerGroupHeartbeatRequest { rebalance_timeout_ms: -1, ..full() }),
        ("no list", ConsumerGroupHeartbeatRequest { topic_partitions: None, ..full() }),
        ("no subscription", ConsumerGroupHeartbeatRequest { subscribed_topic_names: None, ..full() }),
        ("no such epoch", ConsumerGroupHeartbeatRequest { member_epoch: -3, ..full() }),
        ("away without a name", ConsumerGroupHeartbeatRequest { member_epoch: -2, ..full() }),
    ] {
        assert_eq!(code(&mut world, &mut client, wrong), INVALID_REQUEST, "{what}");
    }
    let asks = ConsumerGroupHeartbeatRequest { server_assignor: Some("mine"), ..full() };
    assert_eq!(code(&mut world, &mut client, asks), UNSUPPORTED_ASSIGNOR);
    let wrong = ConsumerGroupHeartbeatRequest {
        subscribed_topic_names: None,
        subscribed_topic_regex: Some("(?<!x)y"),
        ..full()
    };
    assert_eq!(code(&mut world, &mut client, wrong), INVALID_REGULAR_EXPRESSION);
    assert_eq!(code(&mut world, &mut client, beat("a", 1)), GROUP_ID_NOT_FOUND);
    assert_eq!(state(&mut world, &mut client).0, GROUP_ID_NOT_FOUND);
    assert_eq!(code(&mut world, &mut client, full()), 0);
    assert_eq!(code(&mut world, &mut client, beat("x", 1)), UNKNOWN_MEMBER_ID);
    assert_eq!(code(&mut world, &mut client, beat("a", 7)), FENCED_MEMBER_EPOCH);
}

#[test]
fn a_groups_own_session_timeout_counts_from_the_moment_it_is_set() {
    let mut world = World::with(&[]);
    let mut client = begin(&mut world);
    let configs = vec![AlterableConfig {
        name: "consumer.session.timeout.ms",
        value: Some("60000"),
        ..Default::default()
    }];
    let resources = vec![AlterConfigsResource { resource_type: 32, resource_name: "g", configs }];
    let alter = IncrementalAlterConfigsRequest { resources, validate_only: false };
    assert_eq!(client.ask(&mut world, 1, &alter).body().responses[0].error_code, 0);
    assert_eq!(send(&mut world, &mut client, &beat("a", 0)).0, 0);
    world.pass(Duration::from_secs(50), Duration::from_secs(5));
    assert_eq!(state(&mut world, &mut client).2, 1, "the broker's 45 seconds do not count");
    world.pass(Duration::from_secs(15), Duration::from_secs(5));
    assert_eq!(state(&mut world, &mut client).2, 0);
}

const UNSUPPORTED_VERSION: i16 = 35;

#[test]
fn a_broker_without_the_consumer_protocol_says_so_before_it_asks_for_rights() {
    let mut world = World::with(&[("group.coordinator.rebalance.protocols", "classic")]);
    let mut client = begin(&mut world);
    assert_eq!(send(&mut world, &mut client, &beat("a", 0)).0, UNSUPPORTED_VERSION);
    assert_eq!(state(&mut world, &mut client).0, UNSUPPORTED_VERSION);
    world.end(End::Clean);
    world.reconfigure(&[("group.coordinator.rebalance.protocols", "classic,consumer")]);
    world.start();
    client = Client::connect(&mut world);
    find(&mut world, &mut client);
    assert_eq!(send(&mut world, &mut client, &beat("a", 0)), (0, 1, Some(vec![0, 1])));
}
