//! Who exceeds a quota is answered at once, told how long to wait, and not read until then; everybody else goes on.

use std::time::Duration;

use thalweg_wire::messages::alter_client_quotas_request::{EntityData, EntryData, OpData};
use thalweg_wire::messages::create_topics_request::CreatableTopic;
use thalweg_wire::messages::{
    AlterClientQuotasRequest, CreateTopicsRequest, DescribeClientQuotasRequest, ListGroupsRequest,
};

use crate::client::{
    Client, FETCH_VERSION, PRODUCE_VERSION, batch, fetch_request, produce_request, produced,
};
use crate::world::World;

/// Sets or takes away one quota.
fn alter(
    world: &mut World,
    client: &mut Client,
    entity: (&str, Option<&str>),
    key: &str,
    value: Option<f64>,
) {
    let request = AlterClientQuotasRequest {
        entries: vec![EntryData {
            entity: vec![EntityData { entity_type: entity.0, entity_name: entity.1 }],
            ops: vec![OpData { key, value: value.unwrap_or(0.0), remove: value.is_none() }],
        }],
        validate_only: false,
    };
    let answer = client.ask(world, 1, &request);
    assert_eq!(answer.body().entries[0].error_code, 0);
}

fn seconds(world: &mut World, count: u64) {
    world.pass(Duration::from_secs(count), Duration::from_millis(250));
}

#[test]
fn a_producer_beyond_its_bytes_is_told_to_wait_and_not_read_until_then() {
    let mut world = World::with(&[]);
    let (mut admin, mut client) = (Client::connect(&mut world), Client::connect(&mut world));
    admin.create(&mut world, "t", &[]);
    // Ten windows of a second count from the start: 10 000 bytes are the most at once.
    alter(&mut world, &mut admin, ("client-id", Some("test")), "producer_byte_rate", Some(1000.0));
    let value = "x".repeat(9_000);
    let records = batch(&[&value]);
    let request = produce_request("t", -1, &records);
    let first = client.ask(&mut world, PRODUCE_VERSION, &request);
    assert_eq!((produced(&first), first.body().throttle_time_ms), ((0, 0), 0));
    let second = client.ask(&mut world, PRODUCE_VERSION, &request);
    let wait = second.body().throttle_time_ms;
    assert!(produced(&second) == (0, 1) && (7_000..10_000).contains(&wait), "{wait}");

    client.send(&mut world, PRODUCE_VERSION, &request);
    seconds(&mut world, 5);
    assert!(client.next(&mut world).is_none(), "it is not read while it must wait");
    assert_eq!(admin.fetch(&mut world, "t", 0).0, 0, "others are");
    seconds(&mut world, 6);
    assert!(client.next(&mut world).is_some(), "its time has come");
}

#[test]
fn a_consumer_beyond_its_bytes_gets_nothing_now_and_the_same_records_later() {
    let mut world = World::with(&[]);
    let (mut admin, mut client) = (Client::connect(&mut world), Client::connect(&mut world));
    admin.create(&mut world, "t", &[]);
    let value = "x".repeat(9_000);
    assert_eq!(admin.produce(&mut world, "t", &batch(&[&value])).0, 0);
    alter(&mut world, &mut admin, ("user", Some("ANONYMOUS")), "consumer_byte_rate", Some(1000.0));
    let bytes = client.fetch(&mut world, "t", 0).2;
    assert!(bytes.len() > 9_000);
    let answer = client.ask(&mut world, FETCH_VERSION, &fetch_request("t", 0, 0));
    let (wait, is_empty) = (answer.body().throttle_time_ms, answer.body().responses.is_empty());
    assert!(wait > 5_000 && is_empty, "{wait}");
    seconds(&mut world, 12);
    assert_eq!(client.fetch(&mut world, "t", 0).2, bytes);
}

#[test]
fn changes_of_metadata_are_refused_or_slowed_down_by_version() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    alter(&mut world, &mut client, ("user", None), "controller_mutation_rate", Some(1.0));
    let create = |world: &mut World, client: &mut Client, name: &str, version: i16| {
        let topic =
            CreatableTopic { name, num_partitions: 12, replication_factor: 1, ..CreatableTopic::default() };
        let request = CreateTopicsRequest { topics: vec![topic], ..CreateTopicsRequest::default() };
        let answer = client.ask(world, version, &request);
        let body = answer.body();
        (body.topics[0].error_code, body.throttle_time_ms)
    };
    // Eleven tokens are there; the twelfth partition overdraws them.
    assert_eq!(create(&mut world, &mut client, "a", 7), (0, 0));
    let (code, wait) = create(&mut world, &mut client, "b", 7);
    assert_eq!(code, 89, "THROTTLING_QUOTA_EXCEEDED");
    assert!(wait > 0 && wait <= 1000, "{wait}");
    seconds(&mut world, 2);
    // An old request is carried out and told to wait.
    let (code, wait) = create(&mut world, &mut client, "b", 5);
    assert!(code == 0 && wait >= 10_000, "{code} {wait}");
}

#[test]
fn a_client_that_uses_too_much_time_waits_and_nobody_is_throttled_without_a_quota() {
    let mut world = World::with(&[]);
    let (mut admin, mut client) = (Client::connect(&mut world), Client::connect(&mut world));
    let request = ListGroupsRequest::default();
    assert_eq!(client.ask(&mut world, 4, &request).body().throttle_time_ms, 0);
    // The clock of this world stands still inside a turn, so no request takes time: only a share can be exceeded.
    alter(&mut world, &mut admin, ("client-id", None), "request_percentage", Some(0.001));
    assert_eq!(client.ask(&mut world, 4, &request).body().throttle_time_ms, 0);
    alter(&mut world, &mut admin, ("client-id", None), "request_percentage", None);
    let all = DescribeClientQuotasRequest::default();
    let answer = admin.ask(&mut world, 1, &all);
    assert_eq!(answer.body().entries.map(|entries| entries.len()), Some(0));
}

#[test]
fn an_address_that_connects_too_often_is_turned_away_and_let_in_later() {
    let mut world = World::with(&[]);
    let mut admin = Client::connect(&mut world);
    alter(&mut world, &mut admin, ("ip", None), "connection_creation_rate", Some(1.0));
    let mut held = Vec::new();
    for _ in 0..15 {
        held.push(world.connect_quietly());
        world.run();
    }
    // Ten are the most at once; one was there before.
    assert_eq!(world.connections(), 11);
    seconds(&mut world, 15);
    held.push(world.connect_quietly());
    world.run();
    assert_eq!(world.connections(), 12);
}
