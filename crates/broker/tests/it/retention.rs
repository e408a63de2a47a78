//! What grows old or too much goes: whole segments by size and by time, their files a while later.

use std::path::Path;
use std::time::Duration;

use thalweg_platform::Disk;
use thalweg_wire::ErrorCode;

use crate::client::{Client, EARLIEST, LATEST, NOW_MS, batch_at};
use crate::world::{End, World};

/// Longer than `log.retention.check.interval.ms` and `log.segment.delete.delay.ms` together.
const ROUND: Duration = Duration::from_secs(400);
const STEP: Duration = Duration::from_secs(5);

/// Twelve batches of 300 kB, three to a segment of 1 MiB.
fn filled(configs: &[(&str, &str)]) -> (World, Client) {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[&[("segment.bytes", "1048576")], configs].concat());
    let big = "x".repeat(300_000);
    for at in 0..12 {
        assert_eq!(client.produce(&mut world, "t", &batch_at(NOW_MS, &[&big])), (0, at));
    }
    assert_eq!(logs(&world), 4);
    (world, client)
}

fn logs(world: &World) -> usize {
    let entries = world.disk.list(Path::new("/data/t-0")).unwrap();
    entries.iter().filter(|entry| entry.name.ends_with(".log")).count()
}

#[test]
fn a_log_too_large_loses_its_oldest_segments_and_says_where_it_starts() {
    let (mut world, mut client) = filled(&[("retention.bytes", "2000000")]);
    assert_eq!(client.list_offset(&mut world, "t", EARLIEST).0, 0);
    world.pass(ROUND, STEP);
    assert_eq!(client.list_offset(&mut world, "t", EARLIEST).0, 3, "as many as keep the log above the bound");
    assert_eq!(client.list_offset(&mut world, "t", LATEST).0, 12);
    assert_eq!(client.fetch(&mut world, "t", 2).0, ErrorCode::OffsetOutOfRange.code());
    assert_eq!(client.read_all(&mut world, "t", 3).len(), 9);
    assert_eq!(logs(&world), 3);
    let left = world.disk.list(Path::new("/data/t-0")).unwrap();
    assert!(left.iter().all(|entry| !entry.name.starts_with("00000000000000000000")), "{left:?}");
    world.restart(End::Killed);
    let mut client = Client::connect(&mut world);
    assert_eq!(client.list_offset(&mut world, "t", EARLIEST).0, 3);
}

#[test]
fn records_too_old_go_with_their_segments_the_active_one_too() {
    let (mut world, mut client) = filled(&[("retention.ms", "600000")]);
    world.pass(ROUND, STEP);
    assert_eq!(client.list_offset(&mut world, "t", EARLIEST).0, 0, "not old enough");
    world.pass(ROUND, STEP);
    assert_eq!(client.list_offset(&mut world, "t", EARLIEST).0, 12);
    assert_eq!(client.list_offset(&mut world, "t", LATEST).0, 12, "the end stays where it is");
    assert_eq!(client.produce(&mut world, "t", &batch_at(NOW_MS + 800_000, &["x"])), (0, 12));
    assert_eq!(client.read_all(&mut world, "t", 12).len(), 1);
}

#[test]
fn deleted_records_take_the_segments_before_them_along() {
    let (mut world, mut client) = filled(&[("retention.ms", "-1")]);
    assert_eq!(crate::lives::delete_records(&mut world, &mut client, "t", 7), (0, 7));
    world.pass(ROUND, STEP);
    assert_eq!(logs(&world), 2, "the segment of offset 7 stays");
    assert_eq!(client.list_offset(&mut world, "t", EARLIEST).0, 7);
    assert_eq!(client.read_all(&mut world, "t", 7).len(), 5);
}

#[test]
fn a_deleted_topic_leaves_nothing_behind() {
    let (mut world, mut client) = filled(&[("retention.ms", "-1")]);
    assert_eq!(client.delete(&mut world, "t"), 0);
    assert!(world.disk.stat(Path::new("/data/t-0")).is_err(), "its name is free at once");
    world.pass(ROUND, STEP);
    let left = world.disk.list(Path::new("/data")).unwrap();
    assert!(left.iter().all(|entry| !entry.name.starts_with("t-0")), "{left:?}");
}
