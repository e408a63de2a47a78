//! One connection, many requests under way: effects and answers follow the order of arrival, whoever carries them out.

use std::time::Duration;

use thalweg_platform::memory::MemoryNet;
use thalweg_records::{BatchBuilder, Compression};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::{
    ApiVersionsRequest, FetchRequest, ListOffsetsRequest, MetadataRequest, ProduceRequest,
};

use crate::client::{
    Client, FETCH_VERSION, LATEST, PRODUCE_VERSION, batch, fetch_request, metadata_request, produce_request,
    produced,
};
use crate::world::World;

fn list_end(topic: &str) -> ListOffsetsRequest<'_> {
    use thalweg_wire::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
    let partitions = vec![ListOffsetsPartition { timestamp: LATEST, ..ListOffsetsPartition::default() }];
    let topics = vec![ListOffsetsTopic { name: topic, partitions }];
    ListOffsetsRequest { topics, ..ListOffsetsRequest::default() }
}

fn take_produced(client: &mut Client, world: &mut World) -> (i16, i64) {
    let answer = client.answer::<ProduceRequest<'_>>(world, PRODUCE_VERSION).expect("an answer");
    produced(&answer)
}

#[test]
fn a_parked_produce_holds_back_what_is_not_a_produce() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    // The first append of a life lays the file and the epoch: the disk thread's work.
    client.post(PRODUCE_VERSION, &produce_request("t", -1, &batch(&["a"])));
    client.post(9, &list_end("t"));
    world.run_workers();
    assert!(client.next(&mut world).is_none(), "neither is answered before the disk thread had its turn");
    world.run();
    assert_eq!(take_produced(&mut client, &mut world), (0, 0));
    let answer = client.answer::<ListOffsetsRequest<'_>>(&mut world, 9).expect("an answer");
    assert_eq!(answer.body().topics[0].partitions[0].offset, 1, "it saw what came before it");
}

#[test]
fn answers_keep_the_order_of_requests_that_finish_in_another() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "quick", &[]);
    client.create(&mut world, "parked", &[]);
    assert_eq!(client.produce(&mut world, "quick", &batch(&["a"])), (0, 0));
    client.post(PRODUCE_VERSION, &produce_request("parked", -1, &batch(&["p"])));
    client.post(PRODUCE_VERSION, &produce_request("quick", -1, &batch(&["b", "c"])));
    client.post(PRODUCE_VERSION, &produce_request("parked", -1, &batch(&["q"])));
    world.run_workers();
    let mut quick = [0; 1];
    assert!(client.stream.read(&mut quick).is_err(), "the quick one waits behind the parked one");
    world.run();
    assert_eq!(take_produced(&mut client, &mut world), (0, 0), "parked");
    assert_eq!(take_produced(&mut client, &mut world), (0, 1), "quick");
    assert_eq!(take_produced(&mut client, &mut world), (0, 1), "parked, behind the first");
}

/// A compressed batch that is too large for a worker to validate: noise, which no codec makes smaller.
fn large_batch(records: usize) -> Vec<u8> {
    let mut builder = BatchBuilder::new(Compression::Lz4);
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..records {
        let value: Vec<u8> = (0..16 << 10)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 32) as u8
            })
            .collect();
        builder.append(1_700_000_000_000, None, Some(&value), &[]);
    }
    builder.build()
}

#[test]
fn a_large_compressed_batch_is_validated_elsewhere_and_keeps_its_place() {
    let mut world = World::with_net(MemoryNet::with_room(8 << 20), &[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    assert_eq!(client.produce(&mut world, "t", &batch(&["a"])), (0, 0));
    client.post(PRODUCE_VERSION, &produce_request("t", -1, &large_batch(20)));
    client.post(PRODUCE_VERSION, &produce_request("t", -1, &batch(&["c", "d"])));
    client.post(PRODUCE_VERSION, &produce_request("t", -1, &large_batch(9)));
    for _ in 0..20 {
        world.run_workers();
        world.run_disks();
    }
    assert!(client.next(&mut world).is_none(), "what came behind the large one does not overtake it");
    world.run();
    assert_eq!(take_produced(&mut client, &mut world), (0, 1), "the large one");
    assert_eq!(take_produced(&mut client, &mut world), (0, 21), "what came behind it");
    assert_eq!(take_produced(&mut client, &mut world), (0, 23), "the other large one");
    assert_eq!(client.produce(&mut world, "t", &batch(&["e"])), (0, 32), "written by the worker again");
}

#[test]
fn a_large_compressed_batch_that_is_damaged_is_refused_and_what_comes_behind_it_goes_on() {
    let mut world = World::with_net(MemoryNet::with_room(8 << 20), &[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    assert_eq!(client.produce(&mut world, "t", &batch(&["a"])), (0, 0));
    let mut damaged = large_batch(20);
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    client.post(PRODUCE_VERSION, &produce_request("t", -1, &damaged));
    client.post(PRODUCE_VERSION, &produce_request("t", -1, &batch(&["b"])));
    world.run();
    assert_eq!(take_produced(&mut client, &mut world).0, ErrorCode::CorruptMessage.code());
    assert_eq!(take_produced(&mut client, &mut world), (0, 1));
    assert_eq!(client.produce(&mut world, "t", &batch(&["c"])), (0, 2), "written by the worker again");
}

#[test]
fn a_produce_behind_a_waiting_fetch_waits_for_it() {
    let mut world = World::with(&[]);
    let (mut client, mut other) = (Client::connect(&mut world), Client::connect(&mut world));
    client.create(&mut world, "t", &[]);
    client.post(FETCH_VERSION, &fetch_request("t", 0, 500));
    client.post(PRODUCE_VERSION, &produce_request("t", -1, &batch(&["a"])));
    world.run();
    assert_eq!(other.list_offset(&mut world, "t", LATEST).0, 0, "nothing was written yet");
    world.pass(Duration::from_millis(600), Duration::from_millis(100));
    let answer = client.answer::<FetchRequest<'_>>(&mut world, FETCH_VERSION).expect("its time is over");
    assert_eq!(answer.body().responses[0].partitions[0].high_watermark, 0);
    assert_eq!(take_produced(&mut client, &mut world), (0, 0));
}

#[test]
fn more_requests_than_a_connection_has_slots_are_all_answered_in_order() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    // All of them parked at once, if the connection let them.
    for _ in 0..600 {
        client.post(PRODUCE_VERSION, &produce_request("t", -1, &batch(&["a"])));
    }
    for offset in 0..600 {
        world.run();
        assert_eq!(take_produced(&mut client, &mut world), (0, offset));
    }
    assert_eq!(client.read_all(&mut world, "t", 0).len(), 600);
}

#[test]
fn without_acks_there_is_no_answer_and_the_next_request_has_one() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    client.send(&mut world, PRODUCE_VERSION, &produce_request("t", 0, &batch(&["a"])));
    assert!(client.next(&mut world).is_none());
    client.send(&mut world, PRODUCE_VERSION, &produce_request("t", 0, &batch(&["b"])));
    assert_eq!(client.list_offset(&mut world, "t", LATEST).0, 2);
}

#[test]
fn an_error_without_acks_ends_the_connection() {
    let mut broken = batch(&["a"]);
    broken[30] ^= 1;
    let mut world = World::with(&[("auto.create.topics.enable", "false")]);
    let mut other = Client::connect(&mut world);
    other.create(&mut world, "t", &[]);
    let good = batch(&["a"]);
    for (topic, records) in [("t", &broken), ("unknown", &good)] {
        let mut client = Client::connect(&mut world);
        client.send(&mut world, PRODUCE_VERSION, &produce_request(topic, 0, records));
        assert!(client.is_ended(&mut world), "{topic}");
    }
    // One that fails on the disk thread, too.
    world.disk.fail_space_after(0);
    let mut client = Client::connect(&mut world);
    client.send(&mut world, PRODUCE_VERSION, &produce_request("t", 0, &good));
    assert!(client.is_ended(&mut world));
    world.disk.heal();
    assert_eq!(other.produce(&mut world, "t", &good), (0, 0));
}

/// A topic whose first segment is full, and a client of it.
fn with_full_segment(configs: &[(&str, &str)]) -> (World, Client) {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", configs);
    for at in 0..3 {
        assert_eq!(client.produce(&mut world, "t", &batch(&[&"x".repeat(340_000)])), (0, at));
    }
    (world, client)
}

fn logs_of(world: &World) -> usize {
    let files = thalweg_platform::Disk::list(&world.disk, std::path::Path::new("/data/t-0")).unwrap();
    files.iter().filter(|entry| entry.name.ends_with(".log")).count()
}

#[test]
fn appends_behind_a_roll_wait_their_turn_and_lose_none() {
    // A segment whose blocks are taken all at once is not made ahead.
    let (mut world, mut first) = with_full_segment(&[("segment.bytes", "1048576"), ("preallocate", "true")]);
    let mut second = Client::connect(&mut world);
    let middle = "y".repeat(40_000);
    first.post(PRODUCE_VERSION, &produce_request("t", -1, &batch(&[&middle])));
    world.run_workers();
    // This one would fit where the roll has not happened yet, or come before it.
    second.post(PRODUCE_VERSION, &produce_request("t", -1, &batch(&["behind"])));
    world.run_workers();
    let mut byte = [0; 1];
    assert!(first.stream.read(&mut byte).is_err() && second.stream.read(&mut byte).is_err(), "both wait");
    world.run();
    assert_eq!(take_produced(&mut first, &mut world), (0, 3));
    assert_eq!(take_produced(&mut second, &mut world), (0, 4));
    let all = second.read_all(&mut world, "t", 0);
    assert_eq!(all.len(), 5);
    assert_eq!((&all[3].1, all[4].1.as_str()), (&middle, "behind"));
    assert_eq!(logs_of(&world), 2, "it has rolled");
}

#[test]
fn a_roll_that_was_prepared_keeps_no_producer_waiting() {
    let (mut world, mut client) = with_full_segment(&[("segment.bytes", "1048576")]);
    client.post(PRODUCE_VERSION, &produce_request("t", -1, &batch(&[&"y".repeat(40_000)])));
    world.run_workers();
    assert_eq!(logs_of(&world), 2, "a worker has rolled");
    assert_eq!(take_produced(&mut client, &mut world), (0, 3));
    assert_eq!(client.read_all(&mut world, "t", 0).len(), 4);
}

#[test]
fn large_answers_that_were_asked_for_together_all_arrive() {
    let mut world = World::with_net(MemoryNet::with_room(8 << 20), &[]);
    let mut client = Client::connect(&mut world);
    let names: Vec<String> = (0..6_000).map(|number| format!("{number:0>240}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let request = MetadataRequest { allow_auto_topic_creation: false, ..metadata_request(&names) };
    // Each answer alone is more than a connection may have unsent, and the socket takes them all.
    client.post(9, &request);
    client.post(9, &request);
    client.post(
        3,
        &ApiVersionsRequest {
            client_software_name: "test",
            client_software_version: "1",
            ..ApiVersionsRequest::default()
        },
    );
    world.run();
    for _ in 0..2 {
        let answer = client.answer::<MetadataRequest<'_>>(&mut world, 9).expect("an answer");
        let body = answer.body();
        assert_eq!(body.topics.len(), names.len());
        assert_eq!(body.topics[0].error_code, ErrorCode::UnknownTopicOrPartition.code());
    }
    assert!(client.answer::<ApiVersionsRequest<'_>>(&mut world, 3).is_some());
}
