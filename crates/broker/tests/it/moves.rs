//! Partitions that move to another log directory while they are written and read: nothing is lost, doubled or out of
//! order, and no life of the broker finds two of them.

use std::time::Duration;

use thalweg_wire::messages::alter_replica_log_dirs_request::{AlterReplicaLogDir, AlterReplicaLogDirTopic};
use thalweg_wire::messages::{AlterReplicaLogDirsRequest, DescribeLogDirsRequest};
use thalweg_wire::{ApiKey, Request as _};

use crate::admin::{BROKER, set};
use crate::client::{Client, EARLIEST, LATEST, batch};
use crate::lives::delete_records;
use crate::world::{End, World};

const DIRS: [(&str, &str); 1] = [("log.dirs", "/data,/more")];

/// Asks for partition 0 of a topic to be in a directory; the error code.
fn move_to(world: &mut World, client: &mut Client, topic: &str, path: &str) -> i16 {
    let topics = vec![AlterReplicaLogDirTopic { name: topic, partitions: vec![0] }];
    let request = AlterReplicaLogDirsRequest { dirs: vec![AlterReplicaLogDir { path, topics }] };
    assert_eq!(AlterReplicaLogDirsRequest::API_KEY, ApiKey::AlterReplicaLogDirs);
    let answer = client.ask(world, 2, &request);
    answer.body().results[0].partitions[0].error_code
}

/// Where a topic lies: directory, and whether it is only on its way there.
fn places(world: &mut World, client: &mut Client, topic: &str) -> Vec<(String, bool)> {
    let answer = client.ask(world, 5, &DescribeLogDirsRequest { topics: None });
    let mut places = Vec::new();
    for result in answer.body().results {
        assert_eq!(result.error_code, 0);
        for found in result.topics.iter().filter(|found| found.name == topic) {
            let is_future = found.partitions[0].is_future_key;
            places.push((result.log_dir.to_owned(), is_future));
        }
    }
    places
}

fn other(place: &str) -> &'static str {
    if place == "/data" { "/more" } else { "/data" }
}

fn check(all: &[(i64, String)], from: i64, to: i64) {
    let offsets: Vec<i64> = all.iter().map(|(offset, _)| *offset).collect();
    assert_eq!(offsets, (from..to).collect::<Vec<_>>());
    assert!(all.iter().all(|(offset, value)| value.starts_with(&format!("{offset}:"))));
}

fn value(offset: i64) -> String {
    format!("{offset}:{}", "x".repeat(60_000))
}

/// Moves the partition while every few turns a record is written; gives the end of the log.
fn move_under_load(world: &mut World, client: &mut Client, topic: &str, mut end: i64) -> i64 {
    let [(from, false)] = &places(world, client, topic)[..] else { panic!("it lies in one place") };
    let to = other(from);
    assert_eq!(move_to(world, client, topic, to), 0);
    for _ in 0..200 {
        assert_eq!(client.produce(world, topic, &batch(&[&value(end)])), (0, end));
        end += 1;
        world.clock.advance(Duration::from_millis(5));
        if places(world, client, topic) == [(to.to_owned(), false)] {
            return end;
        }
    }
    panic!("it does not arrive: {:?}", places(world, client, topic));
}

#[test]
fn a_partition_moves_back_and_forth_while_it_is_written_and_keeps_everything_through_three_lives() {
    let mut world = World::with(&DIRS);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[("segment.bytes", "1048576")]);
    let mut end = 0;
    for _ in 0..60 {
        assert_eq!(client.produce(&mut world, "t", &batch(&[&value(end)])), (0, end));
        end += 1;
    }
    assert_eq!(delete_records(&mut world, &mut client, "t", 7), (0, 7));
    end = move_under_load(&mut world, &mut client, "t", end);
    assert_eq!(client.list_offset(&mut world, "t", EARLIEST).0, 7, "what was deleted stays so");
    check(&client.read_all(&mut world, "t", 7), 7, end);
    end = move_under_load(&mut world, &mut client, "t", end);
    check(&client.read_all(&mut world, "t", 7), 7, end);

    for how in [End::Killed, End::Clean, End::Killed] {
        let place = places(&mut world, &mut client, "t");
        world.restart(how);
        client = Client::connect(&mut world);
        assert_eq!(places(&mut world, &mut client, "t"), place);
        assert_eq!(client.list_offset(&mut world, "t", EARLIEST).0, 7);
        check(&client.read_all(&mut world, "t", 7), 7, end);
        end = move_under_load(&mut world, &mut client, "t", end);
    }
    // What is left behind is deleted in its time.
    world.pass(Duration::from_secs(200), Duration::from_secs(1));
    let left: Vec<String> = ["/data", "/more"]
        .into_iter()
        .flat_map(|dir| world.broker().node.disk.list(std::path::Path::new(dir)).unwrap())
        .map(|entry| entry.name)
        .filter(|name| name.starts_with("t-"))
        .collect();
    assert_eq!(left, ["t-0"]);
}

#[test]
fn a_flushed_partition_moves_and_what_is_acknowledged_survives_a_power_cut() {
    let mut world = World::with(&DIRS);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[("flush.messages", "1")]);
    let mut end = 0;
    for _ in 0..30 {
        assert_eq!(client.produce(&mut world, "t", &batch(&[&value(end)])), (0, end));
        end += 1;
    }
    end = move_under_load(&mut world, &mut client, "t", end);
    assert_eq!(client.produce(&mut world, "t", &batch(&[&value(end)])), (0, end));
    end += 1;
    let place = places(&mut world, &mut client, "t");
    world.restart(End::PowerCut);
    let mut client = Client::connect(&mut world);
    assert_eq!(places(&mut world, &mut client, "t"), place);
    check(&client.read_all(&mut world, "t", 0), 0, end);
}

#[test]
fn a_move_that_is_called_off_or_cut_short_leaves_the_partition_where_it_was() {
    let mut world = World::with(&DIRS);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    for at in 0..60 {
        assert_eq!(client.produce(&mut world, "t", &batch(&[&value(at)])), (0, at));
    }
    let mut admin = world.connect();
    let rate = "replica.alter.log.dirs.io.max.bytes.per.second";
    assert_eq!(set(&mut world, &mut *admin, BROKER, "1", rate, "1000").0, 0);
    let start = places(&mut world, &mut client, "t");
    let (home, away) = (start[0].0.clone(), other(&start[0].0));

    assert_eq!(move_to(&mut world, &mut client, "t", away), 0);
    let both = places(&mut world, &mut client, "t");
    assert_eq!(both.len(), 2, "one serves, one is on its way: {both:?}");
    assert!(both.contains(&(away.to_owned(), true)));
    assert_eq!(move_to(&mut world, &mut client, "t", &home), 0);
    world.pass(Duration::from_secs(3), Duration::from_millis(500));
    assert_eq!(places(&mut world, &mut client, "t"), start);

    assert_eq!(move_to(&mut world, &mut client, "t", away), 0);
    assert_eq!(places(&mut world, &mut client, "t").len(), 2);
    world.restart(End::Killed);
    let mut client = Client::connect(&mut world);
    assert_eq!(places(&mut world, &mut client, "t"), start);
    check(&client.read_all(&mut world, "t", 0), 0, 60);
    assert_eq!(client.list_offset(&mut world, "t", LATEST).0, 60);
}

#[test]
fn moves_that_cannot_be_are_refused_with_kafkas_codes() {
    let mut world = World::with(&DIRS);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[]);
    let home = places(&mut world, &mut client, "t")[0].0.clone();
    assert_eq!(move_to(&mut world, &mut client, "t", "/nowhere"), 57);
    assert_eq!(move_to(&mut world, &mut client, "nope", &home), 3);
    assert_eq!(move_to(&mut world, &mut client, "t", &home), 0, "it is there already");
    // A topic that is deleted takes its move with it.
    assert_eq!(move_to(&mut world, &mut client, "t", other(&home)), 0);
    assert_eq!(client.delete(&mut world, "t"), 0);
    assert_eq!(places(&mut world, &mut client, "t"), []);
}
