//! Power cuts and failing disks: what was synced stays, what was torn is cut, nothing is believed that was not
//! checked.

use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use thalweg_model::Offset;
use thalweg_partition_log::{
    Appended, Bound, CheckpointKind, LogDirectory, LogDirectoryError, MetaProperties, OffsetCheckpoint,
    Origin, Place,
};
use thalweg_platform::memory::{MemoryDisk, SeededRandom};
use thalweg_platform::{Disk, Open, Random};

use crate::support::*;

#[test]
fn flushed_records_survive_a_power_cut_and_appends_go_on() {
    let disk = MemoryDisk::new();
    let config = config(1_000);
    let log = create(&disk, &config);
    for _ in 0..20 {
        append(&log, batch(1, 100, 1_000));
    }
    let flushed = log.flush().expect("flushed");
    assert_eq!(flushed, Offset(20));
    for _ in 0..7 {
        append(&log, batch(1, 100, 1_000));
    }
    drop(log);
    disk.crash();
    let (log, report) = open(&disk, &config, false, flushed.0);
    assert_eq!(report.topic_id, Some(TOPIC_ID));
    let end = log.ends().log_end.0;
    assert!((20..=27).contains(&end), "{end}");
    commit_all(&log);
    assert_eq!(read_all(&log, 0, 500, Bound::HighWatermark).len() as i64, end);
    assert_eq!(written(append(&log, batch(1, 100, 1_000))), end);
}

#[test]
fn a_partition_whose_creation_was_lost_reports_no_topic() {
    let disk = MemoryDisk::new();
    let config = config(1_000);
    drop(create(&disk, &config));
    disk.crash();
    if disk.stat(&dir()).is_ok() {
        let (log, report) = open(&disk, &config, false, 0);
        assert_eq!((report.topic_id, log.ends().log_end), (None, Offset(0)));
    }
}

#[test]
fn the_first_append_makes_the_partition_durable() {
    let disk = MemoryDisk::new();
    let config = config(1_000);
    let log = create(&disk, &config);
    let mut bytes = batch(1, 10, 1_000);
    let mut gather = [incoming(&mut bytes)];
    let diverted = log.append(&mut gather, &how(Place::Worker, Origin::Client, 4));
    assert!(matches!(diverted, Appended::Divert(_)), "{diverted:?}");
    log.append(&mut gather, &how(Place::DiskThread, Origin::Client, 4));
    disk.crash();
    let (log, report) = open(&disk, &config, false, 0);
    assert_eq!(report.topic_id, Some(TOPIC_ID));
    assert_eq!(log.latest_epoch().map(|epoch| epoch.0), (log.ends().log_end.0 > 0).then_some(4));
}

#[test]
fn a_bad_batch_ends_the_log_and_everything_behind_it_goes() {
    let config = config(1_000);
    for damage in ["flip", "zero", "cut", "whole batch"] {
        let disk = MemoryDisk::new();
        let log = create(&disk, &config);
        let all: Vec<_> = (0..25).map(|_| written(append(&log, batch(1, 100, 1_000)))).collect();
        drop(log);
        // Somewhere in the second segment.
        let second = files(&disk, ".log")[1].clone();
        let path = dir().join(&second);
        let file = disk.open(&path, Open::ReadWrite).expect("open");
        match damage {
            "flip" => write(&*file, &[0xff], 250),
            "zero" => write(&*file, &[0; 400], 180),
            // The length never reached the disk: what is left is good, but its end is missing.
            "whole batch" => {
                let length = batch(1, 100, 1_000).len() as u64;
                file.set_len(file.len().expect("length") - length).expect("cut");
            }
            _ => file.set_len(300).expect("cut"),
        }
        let (log, report) = open(&disk, &config, false, 0);
        let (at, dropped) = report.truncated.expect("cut");
        assert_eq!(log.ends().log_end, at, "{damage}");
        assert!(dropped > 0 && all.contains(&at.0) && at.0 > 5 && at.0 < 14, "{damage}: {at}");
        assert!(!report.doomed.is_empty(), "later segments leave the log");
        commit_all(&log);
        assert_eq!(read_all(&log, 0, 100, Bound::HighWatermark).len() as i64, at.0);
        assert_eq!(written(append(&log, batch(1, 100, 1_000))), at.0);
        log.close_clean().expect("closed");
        let (log, report) = open(&disk, &config, true, 0);
        assert_eq!((log.ends().log_end.0, report.rebuilt_segments), (at.0 + 1, 0));
    }
}

#[test]
fn missing_and_garbage_indexes_are_made_anew() {
    let disk = MemoryDisk::new();
    let config = config(2_000);
    let log = create(&disk, &config);
    for number in 0..80 {
        append(&log, batch(1, 100, 1_000 + number));
    }
    log.close_clean().expect("closed");
    let indexes = files(&disk, ".index");
    disk.remove_file(&dir().join(&indexes[0])).expect("removed");
    let file = disk.open(&dir().join(&indexes[1]), Open::ReadWrite).expect("open");
    let length = file.len().expect("length") as usize;
    write(&*file, &vec![0xff; length], 0);
    let times = files(&disk, ".timeindex");
    disk.open(&dir().join(&times[2]), Open::ReadWrite).expect("open").set_len(7).expect("cut");
    let (log, report) = open(&disk, &config, true, 80);
    assert_eq!(report.rebuilt_segments, 3);
    commit_all(&log);
    for from in 0..80 {
        assert_eq!(read_all(&log, from, 1, Bound::HighWatermark).len() as i64, 80 - from);
    }
    assert_eq!(log.offset_for_timestamp(1_040).expect("read").map(|found| found.offset.0), Some(40));
}

#[test]
fn a_failed_sync_stops_the_log_for_good() {
    let disk = MemoryDisk::new();
    let config = config(1 << 20);
    let log = create(&disk, &config);
    append(&log, batch(1, 100, 1_000));
    disk.fail_syncs_after(0);
    assert!(log.flush().expect_err("fails").is_fatal);
    disk.heal();
    assert!(log.flush().expect_err("is not tried again").is_fatal);
    assert!(log.is_offline());
    let mut bytes = batch(1, 100, 1_000);
    let appended = log.append(&mut [incoming(&mut bytes)], &how(Place::DiskThread, Origin::Client, 1));
    assert!(matches!(appended, Appended::Failed(failed) if failed.is_fatal));
    assert_eq!(log.recovery_point(), Offset(0));
    // Readers go on.
    commit_all(&log);
    assert_eq!(read_all(&log, 0, 1, Bound::HighWatermark), [(0, 0)]);
}

#[test]
fn a_log_directory_is_locked_and_remembers_how_it_was_left() {
    let disk: Arc<dyn Disk> = Arc::new(MemoryDisk::new());
    let path = Path::new("/data");
    let directory = LogDirectory::open(Arc::clone(&disk), path).expect("opened");
    assert!(matches!(LogDirectory::open(Arc::clone(&disk), path), Err(LogDirectoryError::InUse(_))));
    assert!(directory.meta().expect("readable").is_none());
    let meta = MetaProperties {
        cluster_id: "MkU3OEVBNTcwNTJENDM2Qg".into(),
        node_id: thalweg_model::BrokerId(1),
        directory_id: Some(TOPIC_ID),
    };
    directory.write_meta(&meta).expect("written");
    let mut checkpoint = OffsetCheckpoint::default();
    checkpoint.offsets.insert(thalweg_model::TopicPartition::new("orders", 0), Offset(9));
    directory.write_checkpoint(CheckpointKind::RecoveryPoint, &checkpoint).expect("written");
    directory.write_clean_shutdown(thalweg_model::BrokerEpoch(42)).expect("written");
    for name in ["orders-0", "lost+found", "orders-1.00000000000000000000000000000000-delete"] {
        disk.create_dir_all(&path.join(name)).expect("made");
    }
    drop(directory);
    let directory = LogDirectory::open(Arc::clone(&disk), path).expect("free again");
    assert_eq!(directory.meta().expect("readable"), Some(meta));
    assert_eq!(directory.take_clean_shutdown().expect("readable"), Some(thalweg_model::BrokerEpoch(42)));
    assert_eq!(directory.take_clean_shutdown().expect("readable"), None, "taken once");
    assert_eq!(directory.read_checkpoint(CheckpointKind::RecoveryPoint).expect("readable"), checkpoint);
    assert_eq!(
        directory.read_checkpoint(CheckpointKind::LogStart).expect("readable"),
        OffsetCheckpoint::default()
    );
    assert_eq!(directory.partitions().expect("readable").len(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Any prefix may be flushed, any cut or garbage may follow: what was flushed is there, in order, and the
    /// log goes on.
    #[test]
    fn flushed_batches_are_never_lost(
        sizes in prop::collection::vec(1usize..300, 1..60),
        flush_after in 0usize..60,
        garbage in prop::collection::vec(any::<u8>(), 0..200),
        power_cut in any::<bool>(),
    ) {
        let disk = MemoryDisk::new();
        let config = config(1_200);
        let log = create(&disk, &config);
        let mut flushed = 0;
        for (number, size) in sizes.iter().enumerate() {
            append(&log, batch(1, *size, 1_000));
            if number == flush_after {
                flushed = log.flush().expect("flushed").0;
            }
        }
        drop(log);
        if power_cut && flushed > 0 {
            disk.crash();
        }
        if let Some(last) = files(&disk, ".log").last() {
            let file = disk.open(&dir().join(last), Open::ReadWrite).expect("open");
            let end = file.len().expect("length");
            write(&*file, &garbage, end);
        }
        let (log, _) = open(&disk, &config, false, flushed);
        let end = log.ends().log_end.0;
        prop_assert!(end >= flushed && end <= sizes.len() as i64, "{end} {flushed}");
        commit_all(&log);
        let found = read_all(&log, 0, 400, Bound::HighWatermark);
        prop_assert_eq!(found, (0..end).map(|offset| (offset, offset)).collect::<Vec<_>>());
        prop_assert_eq!(written(append(&log, batch(1, 10, 1_000))), end);
    }
}

fn write(file: &dyn thalweg_platform::File, bytes: &[u8], at: u64) {
    file.write_all_at(&mut [std::io::IoSlice::new(bytes)], at).expect("written");
}

fn files(disk: &MemoryDisk, suffix: &str) -> Vec<String> {
    let entries = disk.list(&dir()).unwrap_or_default();
    let mut names: Vec<_> =
        entries.into_iter().map(|e| e.name).filter(|name| name.ends_with(suffix)).collect();
    names.sort();
    names
}

/// A log whose batches are all of one size and durable, the one at `bad` with a byte that is wrong.
fn damaged(disk: &MemoryDisk, config: &Arc<thalweg_config::TopicConfig>, count: i64, bad: i64) {
    let log = create(disk, config);
    for _ in 0..count {
        append(&log, batch(1, 100, 1_000));
    }
    log.flush().expect("flushed");
    drop(log);
    let size = batch(1, 100, 1_000).len();
    let logs = files(disk, ".log");
    let bases = || logs.iter().map(|name| name[..20].parse::<i64>().expect("an offset"));
    let base = bases().filter(|&base| base <= bad).max().expect("a segment");
    let name = logs.iter().find(|name| name.starts_with(&format!("{base:020}"))).expect("its file");
    let file = disk.open(&dir().join(name), Open::ReadWrite).expect("open");
    write(&*file, &[0xff], (bad - base) as u64 * size as u64 + 80);
    file.sync_data().expect("synced");
    disk.crash();
}

/// Every page that was written stays; lengths and names that were not synced do not.
fn keep_pages_only(disk: &MemoryDisk) {
    disk.crash_torn(&mut || 7);
}

#[test]
fn what_recovery_cut_does_not_come_back_behind_a_new_record_when_the_power_fails_again() {
    let (disk, config) = (MemoryDisk::new(), config(100_000));
    damaged(&disk, &config, 5, 2);
    let (log, _) = open(&disk, &config, false, 0);
    assert_eq!(log.ends().log_end, Offset(2));
    // As long as the one that was bad: behind it lies the beginning of the next.
    assert_eq!(written(append(&log, batch(1, 100, 2_000))), 2);
    drop(log);
    keep_pages_only(&disk);
    let (log, _) = open(&disk, &config, false, 0);
    let end = log.ends().log_end.0;
    assert!(end <= 3, "offsets 3 and 4 belong to nobody, but the log ends at {end}");
}

#[test]
fn a_segment_that_recovery_dropped_does_not_come_back_when_the_power_fails_again() {
    let (disk, config) = (MemoryDisk::new(), config(1_000));
    let size = batch(1, 100, 1_000).len() as i64;
    let second = 1_000 / size;
    damaged(&disk, &config, 20, second - 1);
    assert_eq!(files(&disk, ".log")[1], format!("{second:020}.log"));
    let (log, _) = open(&disk, &config, false, 0);
    let mut end = log.ends().log_end.0;
    while end < second {
        assert_eq!(written(append(&log, batch(1, 100, 2_000))), end);
        end += 1;
    }
    drop(log);
    keep_pages_only(&disk);
    let (log, _) = open(&disk, &config, false, 0);
    let end = log.ends().log_end.0;
    assert!(end <= second, "nothing was written from {second} on, but the log ends at {end}");
}

#[test]
fn a_power_cut_during_retention_leaves_no_hole() {
    let config = config(1_000);
    let mut came_back = 0;
    for seed in 0..48 {
        let disk = MemoryDisk::new();
        let log = create(&disk, &config);
        for _ in 0..40 {
            append(&log, batch(1, 100, 1_000));
        }
        log.flush().expect("flushed");
        commit_all(&log);
        let count = files(&disk, ".log").len();
        let fourth = files(&disk, ".log")[3][..20].parse::<i64>().expect("an offset");
        log.delete_records_before(Offset(fourth));
        assert_eq!(log.delete_old_segments(now(2_000)).expect("deleted").len(), 3);
        drop(log);
        let random = SeededRandom::new(seed);
        disk.crash_torn(&mut || random.next_u64());
        let bases: Vec<i64> =
            files(&disk, ".log").iter().map(|name| name[..20].parse().expect("an offset")).collect();
        came_back += usize::from(bases.len() > count - 3);
        let (log, _) = open(&disk, &config, false, 40);
        commit_all(&log);
        let (start, end) = (log.ends().log_start.0, log.ends().log_end.0);
        assert_eq!(end, 40, "seed {seed}: {bases:?}");
        let there = read_all(&log, start, 10_000, Bound::HighWatermark).len() as i64;
        assert_eq!(there, end - start, "seed {seed}: a hole behind {start}: {bases:?}");
    }
    assert!(came_back > 0, "what was renamed and not synced came back now and then");
}
