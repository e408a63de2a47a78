//! Configuration that changes while the broker runs: what clients are told, and that it takes effect.

use thalweg_platform::Stream;
use thalweg_wire::messages::incremental_alter_configs_request::{AlterConfigsResource, AlterableConfig};
use thalweg_wire::messages::{IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse};
use thalweg_wire::{ApiKey, Decode, Message, Reader, encode_message};

use crate::frames::request;
use crate::produce::create;
use crate::world::World;

pub const TOPIC: i8 = 2;
pub const BROKER: i8 = 4;
pub const LOGGER: i8 = 8;

/// Asks in the newest version that is flexible and gives the answer's body.
pub fn ask<M: Message>(
    world: &mut World,
    client: &mut dyn Stream,
    key: ApiKey,
    version: i16,
    body: &M,
) -> Vec<u8> {
    let body = encode_message(body, version).unwrap();
    let is_flexible = key.request_header_version(version) >= 2;
    world.send(client, &request(key.code(), version, 1, is_flexible, &body));
    let (answer, _) = world.receive(client);
    let head = 8 + usize::from(key.response_header_version(version) >= 1);
    answer.get(head..).expect("an answer with a header").to_vec()
}

/// Sets one key; the error code and message.
pub fn set(
    world: &mut World,
    client: &mut dyn Stream,
    kind: i8,
    name: &str,
    key: &str,
    value: &str,
) -> (i16, String) {
    let configs = vec![AlterableConfig { name: key, config_operation: 0, value: Some(value) }];
    let resources = vec![AlterConfigsResource { resource_type: kind, resource_name: name, configs }];
    let body = IncrementalAlterConfigsRequest { resources, validate_only: false };
    let answer = ask(world, client, ApiKey::IncrementalAlterConfigs, 1, &body);
    let response = IncrementalAlterConfigsResponse::decode(&mut Reader::new(&answer), 1).unwrap();
    (response.responses[0].error_code, response.responses[0].error_message.unwrap_or_default().to_owned())
}

#[test]
fn a_default_of_all_brokers_reaches_topics_that_say_nothing_themselves() {
    let mut world = World::with(&[]);
    let mut client = world.connect();
    create(&mut world, &mut *client);
    let limit = |world: &World| world.broker().node.topics.by_name("t").unwrap().config().max_message_bytes;
    assert_eq!(limit(&world), 1_048_588);
    assert_eq!(set(&mut world, &mut *client, BROKER, "", "message.max.bytes", "2000").0, 0);
    assert_eq!(limit(&world), 2000);
    assert_eq!(set(&mut world, &mut *client, BROKER, "1", "message.max.bytes", "3000").0, 0);
    assert_eq!(limit(&world), 3000, "this broker's own value stands before the cluster's");
    assert_eq!(set(&mut world, &mut *client, TOPIC, "t", "max.message.bytes", "4000").0, 0);
    assert_eq!(limit(&world), 4000);
}

#[test]
fn values_that_no_broker_may_have_are_refused_with_kafkas_error_and_change_nothing() {
    let mut world = World::with(&[]);
    let mut client = world.connect();
    create(&mut world, &mut *client);
    let least = "Value must be at least 0";
    assert_eq!(
        set(&mut world, &mut *client, BROKER, "", "message.max.bytes", "-7"),
        (42, format!("Invalid value -7 for configuration message.max.bytes: {least}"))
    );
    assert_eq!(
        set(&mut world, &mut *client, TOPIC, "t", "max.message.bytes", "-7"),
        (40, format!("Invalid value -7 for configuration max.message.bytes: {least}"))
    );
    let (code, why) = set(&mut world, &mut *client, BROKER, "1", "listeners", "PLAINTEXT://127.0.0.1:7");
    assert_eq!(code, 42);
    assert!(why.contains("restart"), "{why}");
    assert_eq!(
        set(&mut world, &mut *client, BROKER, "1", "num.partitions", "3"),
        (42, "Cannot update these configs dynamically: [num.partitions]".to_owned())
    );
    assert_eq!(world.broker().node.topics.by_name("t").unwrap().config().max_message_bytes, 1_048_588);
}

#[test]
fn a_limit_of_connections_holds_from_the_moment_it_is_set() {
    let mut world = World::with(&[]);
    let mut client = world.connect();
    assert_eq!(set(&mut world, &mut *client, BROKER, "1", "max.connections.per.ip", "1").0, 0);
    let mut second = world.connect();
    assert!(world.receive(&mut *second).1, "the second connection is closed");
    assert_eq!(set(&mut world, &mut *client, BROKER, "1", "max.connections.per.ip", "2").0, 0);
    let mut third = world.connect();
    assert!(!world.receive(&mut *third).1);
}

#[test]
fn log_levels_belong_to_this_process_and_are_not_written_down() {
    let mut world = World::with(&[]);
    let mut client = world.connect();
    let before = world.broker().node.image().highest_offset;
    assert_eq!(set(&mut world, &mut *client, LOGGER, "1", "root", "DEBUG").0, 0);
    assert_eq!(
        set(&mut world, &mut *client, LOGGER, "1", "nope", "DEBUG"),
        (40, "Logger nope does not exist!".to_owned())
    );
    assert_eq!(set(&mut world, &mut *client, LOGGER, "2", "root", "DEBUG").0, 42);
    assert_eq!(world.broker().node.log_levels.all()[0].1.name(), "DEBUG");
    assert_eq!(world.broker().node.image().highest_offset, before);
}
