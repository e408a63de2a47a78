//! What grows old or too much goes: whole segments by size and by time, of compacted topics every record that has
//! been replaced; their files a while later.

use std::io::IoSlice;
use std::path::Path;
use std::time::Duration;

use thalweg_platform::{Disk, Open};
use thalweg_records::{BatchBuilder, Compression};
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

/// Twelve batches of 300 kB of one key, and small ones of others between them.
fn filled_by_key(configs: &[(&str, &str)]) -> (World, Client) {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    let compact = [("cleanup.policy", "compact"), ("segment.bytes", "1048576")];
    client.create(&mut world, "t", &[&compact, configs].concat());
    write_by_key(&mut world, &mut client, 0);
    (world, client)
}

fn write_by_key(world: &mut World, client: &mut Client, from: i64) {
    let big = "x".repeat(300_000);
    for at in (from..).take(12) {
        let mut builder = BatchBuilder::new(Compression::None);
        builder.append(NOW_MS, Some(b"big"), Some(format!("{at}{big}").as_bytes()), &[]);
        builder.append(NOW_MS, Some(&at.to_be_bytes()), Some(b"small"), &[]);
        assert_eq!(client.produce(world, "t", &builder.build()), (0, 2 * at));
    }
}

fn offsets(read: &[(i64, String)]) -> Vec<i64> {
    read.iter().map(|(offset, _)| *offset).collect()
}

#[test]
fn a_compacted_topic_keeps_the_newest_record_of_every_key_and_gives_the_room_back() {
    let (mut world, mut client) = filled_by_key(&[]);
    let bytes = |world: &World| {
        let entries = world.disk.list(Path::new("/data/t-0")).unwrap();
        let paths = entries.iter().map(|entry| Path::new("/data/t-0").join(&entry.name));
        paths.map(|path| world.disk.stat(&path).unwrap().len).sum::<u64>()
    };
    let before = bytes(&world);
    // Longer than `log.cleaner.backoff.ms` and `log.segment.delete.delay.ms`.
    world.pass(Duration::from_secs(100), STEP);
    let odd: Vec<i64> = (0..24).filter(|offset| offset % 2 == 1).collect();
    let read = client.read_all(&mut world, "t", 0);
    // The newest of the key below the active segment, and all of the active one.
    let big: Vec<i64> = offsets(&read).into_iter().filter(|offset| offset % 2 == 0).collect();
    assert_eq!(big, [16, 18, 20, 22]);
    assert!(odd.iter().all(|offset| offsets(&read).contains(offset)), "{:?}", offsets(&read));
    assert!(bytes(&world) < before / 2, "{} of {before}", bytes(&world));
    let checkpoint = world.disk.read(Path::new("/data/cleaner-offset-checkpoint"), 1 << 20).unwrap();
    assert_eq!(String::from_utf8(checkpoint).unwrap(), "0\n1\nt 0 18\n");
    for how in [End::Clean, End::Killed, End::PowerCut] {
        world.restart(how);
        client = Client::connect(&mut world);
        assert_eq!(client.read_all(&mut world, "t", 0), read, "{how:?}");
        world.pass(Duration::from_secs(100), STEP);
        assert_eq!(client.read_all(&mut world, "t", 0), read, "{how:?}: nothing is dirty");
    }
    // A topic made anew under the name has nothing of the old one's checkpoint.
    assert_eq!(client.delete(&mut world, "t"), 0);
    client.create(&mut world, "t", &[("cleanup.policy", "compact"), ("segment.bytes", "1048576")]);
    write_by_key(&mut world, &mut client, 0);
    world.pass(Duration::from_secs(100), STEP);
    assert_eq!(offsets(&client.read_all(&mut world, "t", 0)), offsets(&read));
}

#[test]
fn what_a_killed_compaction_left_is_taken_away_at_the_next_start() {
    let (mut world, mut client) = filled_by_key(&[]);
    let read = client.read_all(&mut world, "t", 0);
    world.end(End::Killed);
    let left = ["00000000000000000000.log.cleaned", "00000000000000000006.log.deleted"];
    for name in left {
        world.disk.open(&Path::new("/data/t-0").join(name), Open::Create).unwrap();
    }
    world.start();
    let mut client = Client::connect(&mut world);
    assert_eq!(client.read_all(&mut world, "t", 0), read);
    world.pass(Duration::from_secs(100), STEP);
    let names = world.disk.list(Path::new("/data/t-0")).unwrap();
    assert!(names.iter().all(|entry| !left.contains(&&*entry.name)), "{names:?}");
}

#[test]
fn compaction_that_is_switched_off_or_slowed_down_does_as_it_is_told() {
    let mut world = World::with(&[("log.cleaner.enable", "false")]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[("cleanup.policy", "compact"), ("segment.bytes", "1048576")]);
    write_by_key(&mut world, &mut client, 0);
    world.pass(ROUND, STEP);
    assert_eq!(client.read_all(&mut world, "t", 0).len(), 24);

    // Some 3 MB are read twice and a third of them written: a minute and more at 100 kB a second.
    let mut world = World::with(&[("log.cleaner.io.max.bytes.per.second", "100000")]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[("cleanup.policy", "compact"), ("segment.bytes", "1048576")]);
    write_by_key(&mut world, &mut client, 0);
    world.pass(Duration::from_secs(50), STEP);
    assert_eq!(client.read_all(&mut world, "t", 0).len(), 24, "still at work");
    world.pass(Duration::from_secs(100), STEP);
    assert_eq!(client.read_all(&mut world, "t", 0).len(), 16);
}

#[test]
fn a_segment_that_cannot_be_compacted_is_served_as_it_is() {
    let (mut world, mut client) = filled_by_key(&[("min.compaction.lag.ms", "60000")]);
    let path = Path::new("/data/t-0/00000000000000000006.log");
    let file = world.disk.open(path, Open::ReadWrite).unwrap();
    file.write_all_at(&mut [IoSlice::new(b"?")], 100_000).unwrap();
    world.pass(ROUND, STEP);
    assert_eq!(logs(&world), 4);
    assert_eq!(client.list_offset(&mut world, "t", LATEST).0, 24);
    assert!(!world.broker().directories.all()[0].state.is_offline());
    assert_eq!(client.read_all(&mut world, "t", 12).len(), 12, "the segments behind it are good");
}

#[test]
fn a_start_buries_what_was_marked_and_sets_aside_what_no_topic_has() {
    let (mut world, _) = filled(&[("retention.ms", "-1")]);
    world.end(End::Killed);
    let marked = Path::new("/data/gone-0.00000000000000000000000000000001-delete");
    let unknown = Path::new("/data/unknown-3");
    let beyond = Path::new("/data/t-1");
    for path in [marked, unknown, beyond] {
        world.disk.create_dir_all(path).unwrap();
        world.disk.open(&path.join("00000000000000000000.log"), Open::Create).unwrap();
    }
    world.start();
    let mut client = Client::connect(&mut world);
    assert_eq!(client.read_all(&mut world, "t", 0).len(), 12);
    let named = |world: &World, start: &str, end: &str| {
        let entries = world.disk.list(Path::new("/data")).unwrap();
        entries.iter().filter(|entry| entry.name.starts_with(start) && entry.name.ends_with(end)).count()
    };
    for start in ["unknown-3.", "t-1."] {
        assert_eq!(named(&world, start, "-stray"), 1, "{start}");
    }
    assert!(world.disk.stat(unknown).is_err() && world.disk.stat(beyond).is_err());
    assert!(world.disk.stat(marked).is_ok(), "not at once");
    world.pass(Duration::from_secs(100), STEP);
    assert!(world.disk.stat(marked).is_err());
    world.restart(End::Clean);
    assert_eq!(named(&world, "", "-stray"), 2, "kept");
    assert_eq!(named(&world, "__cluster_metadata-0", ""), 1);
}
