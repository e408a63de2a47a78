//! Files of every kind in a data directory, damaged in every way, under a node that starts: it either refuses with a
//! line that says which file and changes nothing, or serves records that were written and nothing else. Whatever it
//! cannot understand, it deletes nothing on that belief.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thalweg_model::{ProducerEpoch, ProducerId, Sequence};
use thalweg_platform::memory::MemoryDisk;
use thalweg_platform::{Disk, DiskLock, Entry, EntryKind, File, Open, Space, Stat};
use thalweg_records::{BatchBuilder, BatchView, Compression, Limits, RecordIter, Scratch};
use thalweg_wire::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use thalweg_wire::messages::{FindCoordinatorRequest, OffsetCommitRequest};

use crate::client::{Client, NOW_MS};
use crate::world::{End, World};

/// Records of the topic, each a batch; after every second its time makes a new segment.
const RECORDS: i64 = 7;

const UNKNOWN_TOPIC: i16 = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Damage {
    Removed,
    Empty,
    Zeroed,
    Garbage,
    Halved,
    Flipped,
    Foreign,
    Newer,
    NoPermission,
}

const DAMAGES: [Damage; 9] = [
    Damage::Removed,
    Damage::Empty,
    Damage::Zeroed,
    Damage::Garbage,
    Damage::Halved,
    Damage::Flipped,
    Damage::Foreign,
    Damage::Newer,
    Damage::NoPermission,
];

/// The files that are damaged: below the data directory, by the end of their names where those are long.
const FILES: [&str; 20] = [
    "meta.properties",
    ".kafka_cleanshutdown",
    "recovery-point-offset-checkpoint",
    "replication-offset-checkpoint",
    "log-start-offset-checkpoint",
    "cleaner-offset-checkpoint",
    "bootstrap.checkpoint",
    "t-0/00000000000000000000.log",
    "t-0/00000000000000000000.index",
    "t-0/00000000000000000000.timeindex",
    "t-0/00000000000000000002.log",
    "t-0/00000000000000000006.log",
    "t-0/00000000000000000006.index",
    "t-0/00000000000000000006.snapshot",
    "t-0/00000000000000000007.snapshot",
    "t-0/leader-epoch-checkpoint",
    "t-0/partition.metadata",
    "__cluster_metadata-0/quorum-state",
    "__cluster_metadata-0/00000000000000000000.log",
    "__cluster_metadata-0/partition.metadata",
];

/// A disk on which one file may not be opened.
#[derive(Debug)]
struct Guarded {
    disk: MemoryDisk,
    path: PathBuf,
}

impl Disk for Guarded {
    fn open(&self, path: &Path, how: Open) -> io::Result<Arc<dyn File>> {
        if path == self.path {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "permission denied"));
        }
        self.disk.open(path, how)
    }
    fn create_dir_all(&self, path: &Path) -> io::Result<()> {
        self.disk.create_dir_all(path)
    }
    fn list(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.disk.list(path)
    }
    fn stat(&self, path: &Path) -> io::Result<Stat> {
        self.disk.stat(path)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.disk.rename(from, to)
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.disk.remove_file(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.disk.remove_dir(path)
    }
    fn sync_dir(&self, path: &Path) -> io::Result<()> {
        self.disk.sync_dir(path)
    }
    fn space(&self, path: &Path) -> io::Result<Space> {
        self.disk.space(path)
    }
    fn lock(&self, path: &Path) -> io::Result<Box<dyn DiskLock>> {
        self.disk.lock(path)
    }
}

fn value(offset: i64) -> String {
    format!("{offset}:").repeat(200)
}

/// A world with a topic of four segments and a committed offset, between two lives.
fn filled(end: End) -> World {
    let mut world = World::with(&[]);
    let mut client = Client::connect(&mut world);
    client.create(&mut world, "t", &[("segment.ms", "1000"), ("index.interval.bytes", "0")]);
    for offset in 0..RECORDS {
        let sequence = Sequence(i32::try_from(offset).expect("few"));
        let mut batch =
            BatchBuilder::new(Compression::None).producer(ProducerId(7), ProducerEpoch(0), sequence);
        batch.append(NOW_MS - 100_000 + offset / 2 * 10_000, None, Some(value(offset).as_bytes()), &[]);
        assert_eq!(client.produce(&mut world, "t", &batch.build()), (0, offset));
    }
    let group = FindCoordinatorRequest { key: "g", ..Default::default() };
    drop(client.ask(&mut world, 3, &group));
    let partition = OffsetCommitRequestPartition { committed_offset: 3, ..Default::default() };
    let topic = OffsetCommitRequestTopic { name: "t", partitions: vec![partition], ..Default::default() };
    let request = OffsetCommitRequest {
        group_id: "g",
        generation_id_or_member_epoch: -1,
        group_instance_id: None,
        topics: vec![topic],
        ..Default::default()
    };
    let answer = client.ask(&mut world, 8, &request);
    assert_eq!(answer.body().topics[0].partitions[0].error_code, 0);
    assert_eq!(world.end(end), end == End::Clean);
    world
}

fn bytes_of(disk: &MemoryDisk, path: &Path) -> Vec<u8> {
    disk.read(path, 1 << 30).expect("readable")
}

/// Every file below the data directory.
fn files(disk: &MemoryDisk, at: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in disk.list(at).expect("a directory") {
        let path = at.join(&entry.name);
        match entry.kind {
            EntryKind::Directory => files(disk, &path, found),
            _ => drop(found.insert(path.clone(), bytes_of(disk, &path))),
        }
    }
}

fn all_files(disk: &MemoryDisk) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    files(disk, Path::new("/data"), &mut found);
    found
}

fn put(disk: &MemoryDisk, path: &Path, bytes: &[u8]) {
    let file = disk.open(path, Open::Truncate).expect("writable");
    file.write_all_at(&mut [io::IoSlice::new(bytes)], 0).expect("written");
}

/// False: the file cannot have this damage.
fn damage(disk: &MemoryDisk, path: &Path, how: Damage) -> bool {
    let good = bytes_of(disk, path);
    let damaged = match how {
        Damage::Removed => return disk.remove_file(path).is_ok(),
        Damage::NoPermission => return true,
        Damage::Empty => Vec::new(),
        Damage::Zeroed => vec![0; good.len()],
        Damage::Garbage => (0..good.len()).map(|at| (at * 131 % 251) as u8).collect(),
        Damage::Halved => good[..good.len() / 2].to_vec(),
        Damage::Flipped => {
            let mut bytes = good.clone();
            // Under a checksum, where there is one: a batch's base offset, its length and its epoch have none (the
            // broker writes them after the producer's), and after a clean stop no start looks at them.
            let at = bytes.len() / 2 + bytes.len() / 8;
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 0x20;
            }
            bytes
        }
        Damage::Foreign => b"<html>this is another program's file</html>\n".to_vec(),
        Damage::Newer => match std::str::from_utf8(&good) {
            Ok(text) => {
                let newer = text.replace("version=1", "version=9").replace("version: 0", "version: 9");
                let newer = newer.replace("\"version\":0", "\"version\":9");
                let newer = newer.replace("\"data_version\":1", "\"data_version\":9");
                newer.strip_prefix("0\n").map_or(newer.clone(), |rest| format!("9\n{rest}")).into_bytes()
            }
            // Batches say their format in byte 16.
            Err(_) if good.len() > 17 => {
                let mut bytes = good.clone();
                bytes[16] = 9;
                bytes
            }
            Err(_) => return false,
        },
    };
    if damaged == good {
        return false;
    }
    put(disk, path, &damaged);
    true
}

/// What a reader of the partition is given, up to the first error.
fn served(world: &mut World) -> Result<Vec<i64>, i16> {
    let mut client = Client::connect(world);
    let (mut at, mut found) = (0, Vec::new());
    loop {
        let (error, high_watermark, bytes) = client.fetch(world, "t", at);
        if error != 0 {
            return Err(error);
        }
        let before = at;
        let mut rest = &bytes[..];
        while let Ok(batch) = BatchView::parse(rest) {
            // What is damaged on disk fails here, in every client.
            if batch.verify_crc().is_err() {
                return Ok(found);
            }
            let (mut scratch, mut plain) = (Scratch::default(), Vec::new());
            let limits = Limits::default();
            for record in RecordIter::new(&batch, &limits, &mut scratch, &mut plain).expect("records") {
                let record = record.expect("a record");
                let expected = value(record.offset.0);
                assert_eq!(record.value, Some(expected.as_bytes()), "another record at {}", record.offset.0);
                found.push(record.offset.0);
            }
            at = batch.next_offset().0;
            rest = &rest[batch.total_size()..];
        }
        if at >= high_watermark || at == before {
            return Ok(found);
        }
    }
}

/// Everything that was in a log is still in a file, whatever its name is now.
fn assert_nothing_deleted(
    before: &BTreeMap<PathBuf, Vec<u8>>,
    damaged: &Path,
    disk: &MemoryDisk,
    what: &str,
) {
    let after = all_files(disk);
    let logs = before.iter().filter(|(path, _)| path.extension().is_some_and(|end| end == "log"));
    for (path, bytes) in logs.filter(|(path, _)| *path != damaged) {
        let is_there = after.values().any(|now| now.starts_with(bytes));
        assert!(is_there, "{what}: {} is gone", path.display());
    }
}

fn one(end: End, name: &str, how: Damage) -> Option<String> {
    let mut world = filled(end);
    let disk = world.disk.clone();
    let path = Path::new("/data").join(name);
    let what = format!("{name}, {how:?}, after {end:?}");
    let original = bytes_of(&disk, &path);
    if !damage(&disk, &path, how) {
        return None;
    }
    if how == Damage::NoPermission {
        world.set_disk(Arc::new(Guarded { disk: disk.clone(), path: path.clone() }));
    }
    let before = all_files(&disk);
    let started = world.try_start();
    let is_log_of_topic = name.starts_with("t-0/") && name.ends_with(".log");
    let outcome = match &started {
        Err(line) => {
            assert!(line.len() > 20 && !line.contains('\n'), "{what}: {line}");
            assert!(line.contains("/data"), "{what}: the line does not say where: {line}");
            let after = all_files(&disk);
            // The mark of a clean stop goes first, and the metadata may have got a new epoch before damage beside it
            // was met.
            let stays = |path: &Path| {
                let is_of_metadata = path.starts_with("/data/__cluster_metadata-0");
                !path.ends_with(".kafka_cleanshutdown") && (!is_of_metadata || path.extension().is_some())
            };
            for (path, bytes) in before.iter().filter(|(path, _)| stays(path)) {
                let is_kept = after.get(path).is_some_and(|now| now.starts_with(bytes));
                assert!(is_kept, "{what}: {} was changed", path.display());
            }
            format!("refused: {line}")
        }
        Ok(()) => {
            let found = served(&mut world);
            assert_ne!(found, Err(UNKNOWN_TOPIC), "{what}: metadata that cannot be read is taken for none");
            if let Ok(found) = &found {
                assert!(found.is_sorted_by(|a, b| a < b), "{what}: {found:?}");
                let is_whole = found.len() as i64 == RECORDS;
                // A topic id of another topic is believed: the partition is kept aside, and a new one begun.
                let is_aside = name == "t-0/partition.metadata" && found.is_empty();
                assert!(is_whole || is_log_of_topic || is_aside, "{what}: only {found:?}");
            }
            format!("served: {found:?}")
        }
    };
    assert_nothing_deleted(&before, &path, &disk, &what);
    // With the file as it was, everything is there again.
    if started.is_err() {
        world.set_disk(Arc::new(disk.clone()));
        put(&disk, &path, &original);
        world.start();
        assert_eq!(served(&mut world), Ok((0..RECORDS).collect()), "{what}: after it was mended");
    }
    Some(format!("{what}: {outcome}"))
}

fn every_damage(end: End) {
    let there = all_files(&filled(end).disk);
    let (mut done, mut kinds) = (0, 0);
    for name in FILES {
        if !there.contains_key(&Path::new("/data").join(name)) {
            continue;
        }
        kinds += 1;
        for how in DAMAGES {
            if let Some(line) = one(end, name, how) {
                eprintln!("{line}");
                done += 1;
            }
        }
    }
    let least = if end == End::Clean { (110, 15) } else { (70, 10) };
    assert!(done >= least.0 && kinds >= least.1, "{done} damages of {kinds} files: {:?}", there.keys());
}

#[test]
fn damaged_files_of_every_kind_after_a_clean_stop_are_refused_or_harmless() {
    every_damage(End::Clean);
}

#[test]
fn damaged_files_of_every_kind_after_a_kill_are_refused_or_harmless() {
    every_damage(End::Killed);
}

#[test]
fn what_is_not_ours_in_a_data_directory_stays_and_disturbs_nothing() {
    let mut world = filled(End::Killed);
    let disk = world.disk.clone();
    let data = Path::new("/data");
    for name in ["lost+found", ".snapshot", "remote-log-index-cache", "orders", "t-x"] {
        disk.create_dir_all(&data.join(name)).expect("made");
        put(&disk, &data.join(name).join("00000000000000000000.log"), b"not ours");
    }
    for name in ["notes.txt", "t-1", "lost+found/#1234"] {
        put(&disk, &data.join(name), b"not ours");
    }
    let foreign = |disk: &MemoryDisk| {
        let all = all_files(disk).into_iter();
        all.filter(|(_, bytes)| bytes == b"not ours").map(|(path, _)| path).collect::<Vec<_>>()
    };
    let before = foreign(&disk);
    assert_eq!(before.len(), 8);
    for how in [End::Clean, End::Killed, End::PowerCut] {
        disk.sync_dir(data).expect("synced");
        world.start();
        assert_eq!(served(&mut world), Ok((0..RECORDS).collect()), "before {how:?}");
        world.pass(std::time::Duration::from_secs(400), std::time::Duration::from_secs(20));
        if how != End::PowerCut {
            assert_eq!(foreign(&disk), before, "before {how:?}");
        }
        world.end(how);
    }
}
