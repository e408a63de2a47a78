//! A disk that is full, slow to sync or broken: what is acknowledged is there, what is not is told, the rest goes on.

use std::path::Path;
use std::time::Duration;

use thalweg_model::{ProducerEpoch, ProducerId, Sequence};
use thalweg_platform::Disk;
use thalweg_records::{BatchBuilder, Compression};
use thalweg_wire::ErrorCode;
use thalweg_wire::messages::ProduceRequest;

use crate::client::{Client, LATEST, NOW_MS, PRODUCE_VERSION, batch, produce_request, produced};
use crate::world::{End, World};

const STORAGE_ERROR: i16 = ErrorCode::KafkaStorageError as i16;

fn numbered(sequence: i32) -> Vec<u8> {
    let mut builder =
        BatchBuilder::new(Compression::None).producer(ProducerId(7), ProducerEpoch(0), Sequence(sequence));
    builder.append(NOW_MS, None, Some(format!("value {sequence}").as_bytes()), &[]);
    builder.build()
}

#[test]
fn a_full_disk_refuses_appends_serves_reads_and_goes_on_when_there_is_space() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    assert_eq!(client.produce(&mut world, "t", &numbered(0)), (0, 0));
    // The write that meets the end is short: half a batch lies behind the log's end.
    world.disk.fail_space_after(40);
    assert_eq!(client.produce(&mut world, "t", &numbered(1)), (STORAGE_ERROR, -1));
    assert_eq!(client.produce(&mut world, "t", &numbered(1)), (STORAGE_ERROR, -1));
    assert_eq!(client.read_all(&mut world, "t", 0).len(), 1, "reads go on");
    assert_eq!(client.list_offset(&mut world, "t", LATEST).0, 1);
    assert_ne!(client.try_create(&mut world, "u", 1, &[]), 0, "metadata cannot be written either");
    world.disk.heal();
    // What was refused left no trace in the producer's state.
    assert_eq!(client.produce(&mut world, "t", &numbered(1)), (0, 1));
    assert_eq!(client.produce(&mut world, "t", &numbered(1)), (0, 1), "now it is a repetition");
    assert_eq!(client.produce(&mut world, "t", &numbered(2)), (0, 2));
    let all = client.read_all(&mut world, "t", 0);
    assert_eq!(all.iter().map(|(offset, _)| *offset).collect::<Vec<_>>(), [0, 1, 2]);
    world.restart(End::Killed);
    let mut client = Client::connect(&mut world);
    assert_eq!(client.read_all(&mut world, "t", 0), all);
    client.create(&mut world, "v", &[]);
}

#[test]
fn a_gather_that_does_not_fit_is_refused_whole_and_repeats_cleanly() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    assert_eq!(client.produce(&mut world, "t", &numbered(0)), (0, 0));
    let size = numbered(1).len() as u64;
    // Three batches in one write, of which one and a half have room.
    world.disk.fail_space_after(size + size / 2);
    for sequence in 1..4 {
        client.post(PRODUCE_VERSION, &produce_request("t", -1, &numbered(sequence)));
    }
    world.run();
    for _ in 1..4 {
        let answer = client.answer::<ProduceRequest<'_>>(&mut world, PRODUCE_VERSION).expect("an answer");
        assert_eq!(produced(&answer), (STORAGE_ERROR, -1));
    }
    world.disk.heal();
    for sequence in 1..4 {
        assert_eq!(client.produce(&mut world, "t", &numbered(sequence)), (0, i64::from(sequence)));
    }
    assert_eq!(client.read_all(&mut world, "t", 0).len(), 4);
}

#[test]
fn acknowledged_means_synced_where_the_topic_asks_for_it_and_one_sync_serves_many() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[("flush.messages", "1")]);
    assert_eq!(client.produce(&mut world, "t", &batch(&["first"])), (0, 0));
    for _ in 0..10 {
        client.post(PRODUCE_VERSION, &produce_request("t", -1, &batch(&["x"])));
    }
    let before = world.disk.counts().syncs;
    world.run_workers();
    world.run_disks();
    world.run_workers();
    assert!(client.stream.read(&mut [0; 1]).is_err(), "not before the sync thread had its turn");
    assert_eq!(world.disk.counts().syncs, before);
    world.run();
    let syncs = world.disk.counts().syncs - before;
    assert!((1..=2).contains(&syncs), "{syncs} syncs for what came together");
    for offset in 1..=10 {
        let answer = client.answer::<ProduceRequest<'_>>(&mut world, PRODUCE_VERSION).expect("an answer");
        assert_eq!(produced(&answer), (0, offset));
    }
    world.restart(End::PowerCut);
    let mut client = Client::connect(&mut world);
    assert_eq!(client.read_all(&mut world, "t", 0).len(), 11, "none of them is lost");
}

#[test]
fn a_topic_that_asks_for_a_flush_every_three_records_loses_at_most_two() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[("flush.messages", "3")]);
    for (count, kept) in [(1, 0), (2, 0), (3, 3), (4, 3), (5, 3), (6, 6), (7, 6)] {
        let before = world.disk.counts().syncs;
        let offset = i64::from(count) - 1;
        assert_eq!(client.produce(&mut world, "t", &batch(&["x"])), (0, offset));
        let is_synced = world.disk.counts().syncs > before;
        // The first append makes the partition itself durable.
        assert!(is_synced == (kept == count) || count == 1, "record {count}");
    }
    world.restart(End::PowerCut);
    let mut client = Client::connect(&mut world);
    assert_eq!(client.read_all(&mut world, "t", 0).len(), 6, "the seventh was not asked to be on disk");
}

/// Two directories, and a topic whose four partitions lie in both; which lie in the second.
fn two_directories() -> (World, Client, Vec<bool>) {
    let mut world = World::with(&[("log.dirs", "/data,/second")]);
    let mut client = Client::connect(&mut world);
    assert_eq!(client.try_create(&mut world, "t", 4, &[("flush.messages", "1")]), 0);
    let is_second = |index: i32| world.disk.stat(Path::new(&format!("/second/t-{index}"))).is_ok();
    let placed: Vec<bool> = (0..4).map(is_second).collect();
    assert!(placed.contains(&true) && placed.contains(&false), "{placed:?}");
    (world, client, placed)
}

fn produce_to(world: &mut World, client: &mut Client, index: i32) -> i16 {
    let records = batch(&["x"]);
    let mut request = produce_request("t", -1, &records);
    request.topic_data[0].partition_data[0].index = index;
    produced(&client.ask(world, PRODUCE_VERSION, &request)).0
}

#[test]
fn a_failed_sync_takes_its_directory_out_for_good_and_no_other() {
    let (mut world, mut client, placed) = two_directories();
    for index in 0..4 {
        assert_eq!(produce_to(&mut world, &mut client, index), 0);
    }
    world.disk.break_only(Path::new("/second"));
    world.disk.fail_syncs_after(0);
    let expected = |index: usize| if placed[index] { STORAGE_ERROR } else { 0 };
    for index in 0..4 {
        assert_eq!(produce_to(&mut world, &mut client, index as i32), expected(index), "partition {index}");
    }
    // The disk is well again, but what it holds is not known: never believed, never synced again.
    world.disk.heal();
    world.pass(Duration::from_secs(120), Duration::from_secs(15));
    for index in 0..4 {
        assert_eq!(produce_to(&mut world, &mut client, index as i32), expected(index), "partition {index}");
    }
    // The next life looks at the disk with fresh eyes; what was acknowledged is there.
    world.end(End::Clean);
    world.start();
    let mut client = Client::connect(&mut world);
    for index in 0..4 {
        assert_eq!(produce_to(&mut world, &mut client, index), 0);
    }
}

#[test]
fn a_failed_write_takes_its_directory_out_and_what_was_acknowledged_stays() {
    let (mut world, mut client, placed) = two_directories();
    for index in 0..4 {
        assert_eq!(produce_to(&mut world, &mut client, index), 0);
    }
    world.disk.break_only(Path::new("/second"));
    world.disk.fail_writes_after(0);
    for (index, is_broken) in placed.iter().enumerate() {
        let expected = if *is_broken { STORAGE_ERROR } else { 0 };
        assert_eq!(produce_to(&mut world, &mut client, index as i32), expected, "partition {index}");
    }
    world.disk.heal();
    world.end(End::Killed);
    world.start();
    let mut client = Client::connect(&mut world);
    for index in 0..4 {
        let mut request = crate::client::fetch_request("t", 0, 0);
        request.topics[0].partitions[0].partition = index;
        let answer = client.ask(&mut world, crate::client::FETCH_VERSION, &request);
        let partition = answer.body().responses[0].partitions[0].clone();
        let acknowledged = if placed[index as usize] { 1 } else { 2 };
        assert_eq!((partition.error_code, partition.high_watermark), (0, acknowledged), "partition {index}");
    }
}

#[test]
fn checkpoints_that_find_no_room_wait_for_it() {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    assert_eq!(client.produce(&mut world, "t", &batch(&["a", "b"])), (0, 0));
    world.disk.fail_space_after(0);
    // Long enough for both checkpoints to have been due.
    world.pass(Duration::from_secs(130), Duration::from_secs(5));
    assert_eq!(client.read_all(&mut world, "t", 0).len(), 2);
    assert_eq!(crate::lives::delete_records(&mut world, &mut client, "t", 1), (STORAGE_ERROR, -1));
    world.disk.heal();
    assert_eq!(crate::lives::delete_records(&mut world, &mut client, "t", 1), (0, 1));
    assert_eq!(client.produce(&mut world, "t", &batch(&["c"])), (0, 2));
    world.restart(End::Clean);
    let mut client = Client::connect(&mut world);
    assert_eq!(client.read_all(&mut world, "t", 1).len(), 2);
}

#[test]
fn a_partition_that_finds_no_room_at_the_start_is_served_as_soon_as_there_is_some() {
    let (mut world, mut client, placed) = two_directories();
    for index in 0..4 {
        assert_eq!(produce_to(&mut world, &mut client, index), 0);
        assert_eq!(produce_to(&mut world, &mut client, index), 0);
    }
    let second = placed.iter().position(|&is_second| is_second).expect("one is there") as i32;
    assert_eq!(crate::lives::delete_records_of(&mut world, &mut client, "t", second, 1), (0, 1));
    // Longer than until the log's start is in its checkpoint.
    world.pass(Duration::from_secs(65), Duration::from_secs(5));

    // Logs that were not closed are checked, and their indexes made anew: that takes room.
    world.end(End::Killed);
    world.disk.break_only(Path::new("/second"));
    world.disk.fail_space_after(0);
    world.start();
    let mut client = Client::connect(&mut world);
    let unserved = |world: &World| {
        let topic = world.broker().node.topics.by_name("t").expect("the topic");
        (0..4).filter(|&index| topic.partition(index).is_none()).count()
    };
    let away = placed.iter().filter(|&&is_second| is_second).count();
    assert_eq!(unserved(&world), away);
    world.pass(Duration::from_secs(30), Duration::from_secs(1));
    assert_eq!(unserved(&world), away, "the disk is full");
    for index in 0..4 {
        let is_served = produce_to(&mut world, &mut client, index) == 0;
        assert_eq!(is_served, !placed[index as usize], "partition {index}");
    }

    // A stop is not clean for a directory in which a log was left as it was found.
    assert!(!world.end(End::Clean));
    world.start();
    assert_eq!(unserved(&world), away);
    world.disk.heal();
    world.pass(Duration::from_secs(15), Duration::from_secs(1));
    assert_eq!(unserved(&world), 0);
    let mut client = Client::connect(&mut world);
    for index in 0..4 {
        assert_eq!(produce_to(&mut world, &mut client, index), 0, "partition {index}");
    }
    let topic = world.broker().node.topics.by_name("t").expect("the topic");
    let ends = topic.partition(second).expect("served").log.ends();
    assert_eq!((ends.log_start.0, ends.log_end.0), (1, 3), "nothing that was known of it is forgotten");
    assert!(world.end(End::Clean));
}
