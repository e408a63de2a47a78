//! Retention, truncation, epochs, rolls by time: a log over its days.

use std::sync::Arc;

use thalweg_config::TopicConfig;
use thalweg_model::{LeaderEpoch, Offset};
use thalweg_partition_log::{Bound, Origin, Place, ReadCursor, ReadError};
use thalweg_platform::Disk;
use thalweg_platform::memory::MemoryDisk;

use crate::support::*;

fn with(change: impl FnOnce(&mut TopicConfig)) -> Arc<TopicConfig> {
    let mut config = TopicConfig::clone(&config(1_000));
    change(&mut config);
    Arc::new(config)
}

#[test]
fn retention_by_size_keeps_at_least_what_it_promises_and_never_passes_the_high_watermark() {
    let disk = MemoryDisk::new();
    let config = with(|config| config.retention_bytes = 3_000);
    let log = create(&disk, &config);
    for _ in 0..100 {
        append(&log, batch(1, 100, 1_000));
    }
    assert!(log.delete_old_segments(now(2_000)).expect("ok").is_empty(), "nothing is committed yet");
    commit_all(&log);
    let doomed = log.delete_old_segments(now(2_000)).expect("ok");
    assert!(!doomed.is_empty() && log.size() >= 3_000 && log.size() < 4_100, "{}", log.size());
    let start = log.ends().log_start;
    assert!(start.0 > 0);
    let mut cursor = ReadCursor::default();
    let below = log.read(Offset(start.0 - 1), 100, Bound::HighWatermark, true, &mut cursor);
    assert!(matches!(below, Err(ReadError::OffsetOutOfRange)));
    assert_eq!(read_all(&log, start.0, 300, Bound::HighWatermark).len() as i64, 100 - start.0);
    for path in doomed.iter().flat_map(|doomed| &doomed.paths) {
        assert!(path.to_string_lossy().ends_with(".deleted"));
        disk.remove_file(path).expect("there");
    }
    log.close_clean().expect("closed");
    let (log, _) = open(&disk, &config, true, 100);
    assert_eq!((log.ends().log_start, log.ends().log_end), (start, Offset(100)));
}

#[test]
fn retention_by_time_rolls_the_active_segment_and_empties_the_log() {
    let disk = MemoryDisk::new();
    let config = with(|config| config.retention_ms = 500);
    let log = create(&disk, &config);
    for number in 0..30 {
        append(&log, batch(1, 100, 1_000 + number * 10));
    }
    commit_all(&log);
    assert!(log.delete_old_segments(now(1_500)).expect("ok").is_empty());
    log.delete_old_segments(now(1_700)).expect("ok");
    let start = log.ends().log_start.0;
    assert!(start > 0 && start < 21, "{start}");
    log.delete_old_segments(now(5_000)).expect("ok");
    assert_eq!((log.ends().log_start.0, log.segment_count(), log.size()), (30, 1, 0));
    assert!(log.delete_old_segments(now(9_000)).expect("ok").is_empty(), "an empty segment stays");
    assert_eq!(written(append(&log, batch(1, 100, 1_000))), 30);
    log.close_clean().expect("closed");
    let (log, _) = open(&disk, &config, true, 31);
    assert_eq!((log.ends().log_start.0, log.ends().log_end.0), (30, 31));
}

#[test]
fn deleted_records_are_gone_at_once_and_their_segments_with_the_next_pass() {
    let disk = MemoryDisk::new();
    let config = with(|config| config.retention_ms = -1);
    let log = create(&disk, &config);
    for _ in 0..40 {
        append(&log, batch(1, 100, 1_000));
    }
    log.advance_high_watermark(Offset(25));
    assert_eq!(log.delete_records_before(Offset(99)), Offset(25), "not past the high watermark");
    let before = log.segment_count();
    log.delete_old_segments(now(2_000)).expect("ok");
    assert!(log.segment_count() < before);
    assert_eq!(log.ends().log_start, Offset(25));
    assert_eq!(read_all(&log, 25, 100, Bound::LogEnd).len(), 15);
    log.close_clean().expect("closed");
    let opening = thalweg_partition_log::Opening { log_start_offset: Some(Offset(25)), ..opening(true, 40) };
    let disk = Arc::new(disk);
    let (log, _) = thalweg_partition_log::PartitionLog::open(disk, &dir(), config, &opening).expect("opened");
    assert_eq!(log.ends().log_start, Offset(25));
}

#[test]
fn a_log_that_ends_below_its_start_begins_anew_there() {
    let disk = MemoryDisk::new();
    let config = config(1_000);
    let log = create(&disk, &config);
    for _ in 0..20 {
        append(&log, batch(1, 100, 1_000));
    }
    drop(log);
    let opening = thalweg_partition_log::Opening { log_start_offset: Some(Offset(50)), ..opening(false, 0) };
    let shared = Arc::new(disk.clone());
    let (log, report) =
        thalweg_partition_log::PartitionLog::open(shared, &dir(), config, &opening).expect("opened");
    assert_eq!((log.ends().log_start.0, log.ends().log_end.0), (50, 50));
    assert!(!report.doomed.is_empty());
    assert_eq!(written(append(&log, batch(1, 100, 1_000))), 50);
}

#[test]
fn epochs_are_on_disk_before_their_first_record_and_bound_truncation() {
    let disk = MemoryDisk::new();
    let config = config(1_000);
    let log = create(&disk, &config);
    for epoch in [1, 2, 5] {
        log.set_leader_epoch(LeaderEpoch(epoch));
        for _ in 0..10 {
            let mut bytes = batch(1, 100, 1_000);
            log.append(&mut [incoming(&mut bytes)], &how(Place::DiskThread, Origin::Client, epoch));
        }
    }
    let read = disk.read(&dir().join("leader-epoch-checkpoint"), 1_000).expect("there");
    assert_eq!(String::from_utf8(read).expect("text"), "0\n3\n1 0\n2 10\n5 20\n");
    assert_eq!(log.end_offset_for_epoch(LeaderEpoch(2)), (LeaderEpoch(2), Offset(20)));
    assert_eq!(log.end_offset_for_epoch(LeaderEpoch(3)), (LeaderEpoch(2), Offset(20)));
    assert_eq!(log.end_offset_for_epoch(LeaderEpoch(5)), (LeaderEpoch(5), Offset(30)));
    commit_all(&log);
    log.truncate_to(Offset(15), now(3_000)).expect("cut");
    assert_eq!((log.ends().log_end.0, log.ends().high_watermark.0), (15, 15));
    assert_eq!(log.latest_epoch(), Some(LeaderEpoch(2)));
    assert_eq!(read_all(&log, 0, 250, Bound::HighWatermark).len(), 15);
    // Unclean: epochs come back from the batches.
    drop(log);
    disk.remove_file(&dir().join("leader-epoch-checkpoint")).expect("there");
    let (log, _) = open(&disk, &config, true, 15);
    assert_eq!(log.end_offset_for_epoch(LeaderEpoch(1)), (LeaderEpoch(1), Offset(10)));
    assert_eq!(log.latest_epoch(), Some(LeaderEpoch(2)));
}

#[test]
fn truncation_at_every_offset_leaves_a_log_that_goes_on() {
    for end in 0..=20 {
        let disk = MemoryDisk::new();
        let config = config(1_000);
        let log = create(&disk, &config);
        for number in 0..20 {
            append(&log, produced(9, 0, number, 1, false));
        }
        log.truncate_to(Offset(end), now(3_000)).expect("cut");
        assert_eq!(log.ends().log_end.0, end);
        assert_eq!(read_all(&log, 0, 1, Bound::LogEnd).len() as i64, end);
        let next = written(append(&log, produced(9, 0, end as i32, 1, false)));
        assert_eq!(next, end);
        log.close_clean().expect("closed");
        let (log, report) = open(&disk, &config, true, 0);
        assert_eq!((log.ends().log_end.0, report.rebuilt_segments), (end + 1, 0));
    }
    let disk = MemoryDisk::new();
    let log = create(&disk, &config(1_000));
    append(&log, batch(3, 10, 1_000));
    log.restart_at(Offset(77), now(3_000)).expect("restarted");
    assert_eq!((log.ends().log_start.0, log.ends().log_end.0), (77, 77));
    assert_eq!(written(append(&log, batch(1, 10, 1_000))), 77);
}

#[test]
fn segments_roll_by_record_time_and_by_full_indexes() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &with(|config| (config.segment_bytes, config.segment_ms) = (1 << 20, 100)));
    for number in 0..50 {
        append(&log, batch(1, 10, 1_000 + number * 10));
    }
    assert_eq!(log.segment_count(), 5, "eleven batches each");
    assert!(!log.roll_if_due(now(5_000), false).expect("ok") || log.segment_count() == 6);
    let disk = MemoryDisk::new();
    let log = create(&disk, &with(|c| (c.segment_bytes, c.segment_index_bytes) = (1 << 20, 8 * 10)));
    for number in 0..200 {
        append(&log, batch(1, 200, 1_000 + number));
    }
    assert!(log.segment_count() > 20, "{}", log.segment_count());
    commit_all(&log);
    assert_eq!(read_all(&log, 0, 1_000, Bound::HighWatermark).len(), 200);
}

#[test]
fn a_preallocated_segment_has_its_blocks_and_not_their_length() {
    use std::os::unix::fs::MetadataExt;
    let root = tempfile::tempdir().expect("a directory");
    let dir = root.path().join("orders-0");
    let disk: Arc<dyn Disk> = Arc::new(thalweg_platform::os::OsDisk);
    let config = with(|config| (config.segment_bytes, config.preallocate) = (1 << 20, true));
    let log = create_in(disk, &dir, &config);
    // Length and bytes of blocks of a segment.
    let sizes = |base: i64| {
        let found = std::fs::metadata(dir.join(format!("{base:020}.log"))).expect("it is there");
        (found.len(), found.blocks() * 512)
    };
    let first = batch(1, 700_000, 1_000);
    let size = first.len() as u64;
    assert_eq!(written(append(&log, first)), 0);
    let (length, blocks) = sizes(0);
    assert_eq!(length, size);
    if blocks < 1 << 20 {
        eprintln!("left out: this file system takes no blocks ahead");
        return;
    }
    log.trim().expect("ok");
    assert!(sizes(0).1 >= 1 << 20, "rest does not give them back");
    assert_eq!(written(append(&log, batch(1, 700_000, 1_001))), 1);
    assert!(sizes(1).1 >= 1 << 20, "the next one has them, too");
    log.flush().expect("ok");
    assert!(sizes(0).1 < 1 << 20, "a sealed segment keeps what it needs");
    log.close_clean().expect("ok");
    assert!(sizes(1).1 < 1 << 20);
}

#[test]
fn segments_roll_earlier_by_their_jitter() {
    let disk = MemoryDisk::new();
    let roll = |config: &mut TopicConfig| {
        (config.segment_bytes, config.segment_ms, config.segment_jitter_ms) = (1 << 20, 1_000, 900);
    };
    let log = create(&disk, &with(roll));
    for number in 0..200 {
        append(&log, batch(1, 10, 1_000 + number * 100));
    }
    // Without jitter every eleventh record begins a segment: 19 of them.
    assert!((22..150).contains(&log.segment_count()), "{}", log.segment_count());
}

#[test]
fn a_replica_takes_offsets_and_epochs_as_they_are() {
    let disk = MemoryDisk::new();
    let config = config(1_000);
    let log = create(&disk, &config);
    for (base, epoch) in [(0i64, 1), (5, 1), (1i64 << 33, 3)] {
        let mut bytes = batch(2, 100, 1_000);
        thalweg_records::set_base_offset(&mut bytes, Offset(base));
        thalweg_records::set_partition_leader_epoch(&mut bytes, LeaderEpoch(epoch));
        let mut gather = [incoming(&mut bytes)];
        log.append(&mut gather, &how(Place::DiskThread, Origin::Replica, 0));
        assert_eq!(written(gather[0].outcome.expect("one")), base);
    }
    commit_all(&log);
    let all = [(0, 1), (5, 6), (1 << 33, (1 << 33) + 1)];
    assert_eq!(read_all(&log, 0, 1, Bound::HighWatermark), all);
    assert_eq!(read_all(&log, 3, 1, Bound::HighWatermark), all[1..]);
    assert_eq!(read_all(&log, 100, 1, Bound::HighWatermark), all[2..]);
    assert_eq!(log.end_offset_for_epoch(LeaderEpoch(1)), (LeaderEpoch(1), Offset(1 << 33)));
}
