//! Topics that come and go while clients hold on to them, and topics that may not come at all.

use std::time::Duration;

use thalweg_wire::messages::create_topics_request::CreatableTopic;
use thalweg_wire::messages::fetch_request::{FetchPartition, FetchTopic};
use thalweg_wire::messages::{CreateTopicsRequest, FetchRequest, MetadataRequest, ProduceRequest};
use thalweg_wire::{ErrorCode, Uuid};

use crate::client::{
    Client, FETCH_VERSION, PRODUCE_VERSION, batch, fetch_request, metadata_request, produce_request, produced,
};
use crate::world::World;

const UNKNOWN_NAME: i16 = ErrorCode::UnknownTopicOrPartition as i16;
const UNKNOWN_ID: i16 = ErrorCode::UnknownTopicId as i16;

/// Error code, id and partitions of a topic.
fn describe(world: &mut World, client: &mut Client, name: &'static str) -> (i16, Uuid, usize) {
    let request = MetadataRequest { allow_auto_topic_creation: false, ..metadata_request(&[name]) };
    let answer = client.ask(world, 12, &request);
    let topic = answer.body().topics[0].clone();
    (topic.error_code, topic.topic_id, topic.partitions.len())
}

fn produce_by_id(world: &mut World, client: &mut Client, id: Uuid, records: &[u8]) -> (i16, i64) {
    let mut request = produce_request("", -1, records);
    request.topic_data[0].topic_id = id;
    produced(&client.ask::<ProduceRequest<'_>>(world, 13, &request))
}

fn by_id(id: Uuid, session_id: i32, session_epoch: i32, wait_ms: i32) -> FetchRequest<'static> {
    let partition = FetchPartition { partition_max_bytes: 1 << 20, ..FetchPartition::default() };
    let topic = FetchTopic { topic_id: id, partitions: vec![partition], ..FetchTopic::default() };
    FetchRequest {
        max_wait_ms: wait_ms,
        min_bytes: 1,
        max_bytes: 1 << 20,
        session_id,
        session_epoch,
        topics: if session_epoch > 0 { Vec::new() } else { vec![topic] },
        ..FetchRequest::default()
    }
}

#[test]
fn a_topic_made_again_is_another_topic() {
    let mut world = World::with(&[("auto.create.topics.enable", "false")]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    let (_, old, _) = describe(&mut world, &mut client, "t");
    assert_eq!(produce_by_id(&mut world, &mut client, old, &batch(&["old"])), (0, 0));
    // A consumer's session over the old one.
    let mut consumer = Client::connect(&mut world);
    let answer = consumer.ask(&mut world, 17, &by_id(old, 0, 0, 0));
    let session = answer.body().session_id;
    assert_ne!(session, 0);

    assert_eq!(client.delete(&mut world, "t"), 0);
    assert_eq!(client.delete(&mut world, "t"), UNKNOWN_NAME);
    assert_eq!(client.produce(&mut world, "t", &batch(&["x"])).0, UNKNOWN_NAME);
    assert_eq!(client.fetch(&mut world, "t", 0).0, UNKNOWN_NAME);
    assert_eq!(produce_by_id(&mut world, &mut client, old, &batch(&["x"])).0, UNKNOWN_ID);
    assert_eq!(describe(&mut world, &mut client, "t").0, UNKNOWN_NAME);

    client.create(&mut world, "t", &[]);
    let (error, new, _) = describe(&mut world, &mut client, "t");
    assert_eq!(error, 0);
    assert_ne!(new, old);
    assert_eq!(
        produce_by_id(&mut world, &mut client, old, &batch(&["x"])).0,
        UNKNOWN_ID,
        "not into the new one"
    );
    let answer = consumer.ask(&mut world, 17, &by_id(old, session, 1, 0));
    assert_eq!(answer.body().responses[0].partitions[0].error_code, UNKNOWN_ID, "its session is told");
    let answer = consumer.ask(&mut world, 17, &by_id(old, 0, -1, 0));
    assert_eq!(answer.body().responses[0].partitions[0].error_code, UNKNOWN_ID);
    assert_eq!(produce_by_id(&mut world, &mut client, new, &batch(&["new"])), (0, 0), "it begins at 0");
    assert_eq!(client.read_all(&mut world, "t", 0), [(0, "new".to_owned())]);
    // The old one's files go, the new one's stay.
    world.pass(Duration::from_secs(120), Duration::from_secs(5));
    assert_eq!(client.read_all(&mut world, "t", 0), [(0, "new".to_owned())]);
}

#[test]
fn a_waiting_fetch_is_told_that_its_topic_is_gone() {
    let mut world = World::with(&[]);
    let (mut client, mut consumer) = (Client::connect(&mut world), Client::connect(&mut world));
    client.create(&mut world, "t", &[]);
    consumer.send(&mut world, FETCH_VERSION, &fetch_request("t", 0, 10_000));
    assert!(consumer.next(&mut world).is_none());
    assert_eq!(client.delete(&mut world, "t"), 0);
    let answer = consumer.answer::<FetchRequest<'_>>(&mut world, FETCH_VERSION).expect("not after 10 s");
    assert_eq!(answer.body().responses[0].partitions[0].error_code, UNKNOWN_NAME);
}

#[test]
fn a_parked_produce_is_told_that_its_topic_is_gone() {
    let mut world = World::with(&[]);
    let (mut client, mut other) = (Client::connect(&mut world), Client::connect(&mut world));
    client.create(&mut world, "t", &[]);
    client.post(PRODUCE_VERSION, &produce_request("t", -1, &batch(&["x"])));
    world.run_workers();
    assert_eq!(other.delete(&mut world, "t"), 0);
    let answer = client.answer::<ProduceRequest<'_>>(&mut world, PRODUCE_VERSION).expect("an answer");
    let (error, offset) = produced(&answer);
    assert!((error, offset) == (UNKNOWN_NAME, -1) || (error, offset) == (0, 0), "{error} {offset}");
}

#[test]
fn names_that_are_no_topics_are_refused_and_not_created_by_asking() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    let invalid = ErrorCode::InvalidTopicException.code();
    let long = "x".repeat(250);
    for name in ["", ".", "..", "a/b", "a b", "ä", "a\0b", &long] {
        assert_eq!(client.try_create(&mut world, name, 1, &[]), invalid, "{name:?}");
        let request = metadata_request(&[name]);
        let answer = client.ask(&mut world, 12, &request);
        assert_eq!(answer.body().topics[0].error_code, invalid, "{name:?}");
        let answer = client.ask(&mut world, 1, &request);
        assert_eq!(answer.body().topics[0].error_code, invalid, "{name:?}, version 1");
        assert_eq!(client.produce(&mut world, name, &batch(&["x"])).0, UNKNOWN_NAME, "{name:?}");
    }
    assert_eq!(world.broker().node.image().topics.by_name.len(), 0);
    // Names that differ in dots and underscores only would share their metrics' name.
    assert_eq!(client.try_create(&mut world, "a.b", 1, &[]), 0);
    assert_eq!(client.try_create(&mut world, "a_b", 1, &[]), invalid);
    let longest = "x".repeat(249);
    assert_eq!(client.try_create(&mut world, &longest, 1, &[]), 0);
}

#[test]
fn a_topic_that_is_asked_for_is_there_when_it_is_asked_for_again() {
    let mut world = World::with(&[("num.partitions", "3")]);
    let mut client = Client::connect(&mut world);
    let answer = client.ask(&mut world, 12, &metadata_request(&["wanted"]));
    assert_eq!(answer.body().topics[0].error_code, UNKNOWN_NAME, "Kafka says so the first time, too");
    let (error, _, partitions) = describe(&mut world, &mut client, "wanted");
    assert_eq!((error, partitions), (0, 3));
    assert_eq!(describe(&mut world, &mut client, "unwanted").0, UNKNOWN_NAME);
    assert_eq!(describe(&mut world, &mut client, "unwanted").0, UNKNOWN_NAME, "it was not to be created");
}

#[test]
fn counts_that_make_no_sense_are_refused_and_minus_one_means_the_default() {
    let mut world = World::with(&[("num.partitions", "3")]);
    let mut client = Client::connect(&mut world);
    let mut create = |name: &'static str, num_partitions, replication_factor| {
        let topic = CreatableTopic { name, num_partitions, replication_factor, ..CreatableTopic::default() };
        let request = CreateTopicsRequest { topics: vec![topic], ..CreateTopicsRequest::default() };
        let answer = client.ask(&mut world, 7, &request);
        let topic = answer.body().topics[0].clone();
        (topic.error_code, topic.num_partitions, topic.replication_factor)
    };
    let partitions = (ErrorCode::InvalidPartitions.code(), -1, -1);
    let replicas = (ErrorCode::InvalidReplicationFactor.code(), -1, -1);
    assert_eq!(create("a", 0, 1), partitions);
    assert_eq!(create("b", -2, 1), partitions);
    assert_eq!(create("c", 1, 0), replicas);
    assert_eq!(create("d", 1, -2), replicas);
    assert_eq!(create("e", 1, 2), replicas, "there is one broker");
    assert_eq!(create("f", -1, -1), (0, 3, 1));
    assert_eq!(create("f", -1, -1).0, ErrorCode::TopicAlreadyExists.code());
    // More records than one batch of the metadata log may hold.
    assert_eq!(create("g", i32::MAX, 1).0, ErrorCode::PolicyViolation.code());
    assert_eq!(create("h", 10_001, 1).0, ErrorCode::PolicyViolation.code());
    assert_eq!(world.broker().node.image().topics.by_name.len(), 1);
}
