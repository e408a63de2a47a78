//! Segments made ahead: a worker rolls by itself, and a spare is never mistaken for a part of the log.

use std::sync::Arc;

use thalweg_model::Offset;
use thalweg_partition_log::{Appended, Bound, DivertReason, Origin, Outcome, PartitionLog, Place};
use thalweg_platform::Disk;
use thalweg_platform::memory::MemoryDisk;

use crate::support::{
    append, batch, commit_all, config, create, dir, how, incoming, open, read_all, written,
};

/// Appends as a worker does.
fn on_worker(log: &PartitionLog) -> (Appended, Option<Outcome>) {
    let mut bytes = batch(1, 100, 1_000);
    let mut gather = [incoming(&mut bytes)];
    let appended = log.append(&mut gather, &how(Place::Worker, Origin::Client, 1));
    (appended, gather[0].outcome.take())
}

/// A log of small segments whose files are there, and whether it has asked for a spare within so many appends.
fn half_full(disk: &MemoryDisk) -> Arc<PartitionLog> {
    let log = create(disk, &config(2_000));
    append(&log, batch(1, 100, 1_000));
    let mut asked = 0;
    for _ in 0..6 {
        let (appended, _) = on_worker(&log);
        let Appended::Done { wants_spare, .. } = appended else { panic!("{appended:?}") };
        asked += u32::from(wants_spare);
    }
    assert_eq!(asked, 1, "once for each segment");
    log
}

fn names(disk: &MemoryDisk, suffix: &str) -> Vec<String> {
    let entries = disk.list(&dir()).expect("there");
    entries.into_iter().map(|entry| entry.name).filter(|name| name.ends_with(suffix)).collect()
}

#[test]
fn a_worker_rolls_to_a_spare_and_all_that_a_roll_owes_is_made_good() {
    let disk = MemoryDisk::new();
    let log = half_full(&disk);
    for number in 7..100 {
        // Does nothing unless it was asked for.
        log.prepare_roll();
        let (appended, outcome) = on_worker(&log);
        assert!(matches!(appended, Appended::Done { .. }), "{appended:?}");
        assert_eq!(written(outcome.expect("an outcome")), number);
    }
    commit_all(&log);
    assert!(log.segment_count() > 5);
    let before = read_all(&log, 0, 300, Bound::HighWatermark);
    assert_eq!(before.len(), 100);
    log.flush().expect("flushed");
    assert_eq!(log.recovery_point(), Offset(100));
    disk.crash();
    let (log, report) = open(&disk, &config(2_000), false, 100);
    assert_eq!((log.ends().log_end, report.truncated), (Offset(100), None));
    log.advance_high_watermark(Offset(100));
    assert_eq!(read_all(&log, 0, 300, Bound::HighWatermark), before);
    log.close_clean().expect("closed");
    let bases = names(&disk, ".log").len();
    assert_eq!((names(&disk, ".index").len(), names(&disk, ".timeindex").len()), (bases, bases));
    let (log, report) = open(&disk, &config(2_000), true, 100);
    assert_eq!(
        (log.ends().log_end, report.scanned_bytes),
        (Offset(100), 0),
        "nothing was left to be made anew"
    );
}

#[test]
fn without_a_spare_a_worker_leaves_the_roll_to_the_disk_thread() {
    let disk = MemoryDisk::new();
    let log = half_full(&disk);
    let diverted = (0..20).find_map(|_| match on_worker(&log) {
        (Appended::Divert(reason), None) => Some(reason),
        _ => None,
    });
    assert_eq!(diverted, Some(DivertReason::Roll));
    append(&log, batch(1, 100, 1_000));
    assert_eq!(log.segment_count(), 2);
}

#[test]
fn a_spare_goes_when_the_log_rests_or_ends_and_after_a_crash() {
    let disk = MemoryDisk::new();
    let log = half_full(&disk);
    log.prepare_roll();
    assert_eq!(names(&disk, ".deleted").len(), 1);
    log.trim().expect("trimmed");
    assert_eq!(names(&disk, ".deleted").len(), 0, "the log has come to rest");
    on_worker(&log);
    log.prepare_roll();
    assert_eq!(names(&disk, ".deleted").len(), 1);
    drop(log);
    // Killed: whoever starts next finds the spare and knows it for rubbish.
    let (log, report) = open(&disk, &config(2_000), false, 0);
    assert_eq!(log.ends().log_end, Offset(8));
    let doomed: Vec<_> = report.doomed.iter().flat_map(|doomed| &doomed.paths).collect();
    assert_eq!(doomed.len(), 1, "{doomed:?}");
    append(&log, batch(1, 100, 1_000));
    on_worker(&log);
    log.prepare_roll();
    log.close_clean().expect("closed");
    assert_eq!(names(&disk, ".deleted").len(), 0, "the log has ended");
}

#[test]
fn a_spare_that_cannot_get_its_name_costs_nothing_but_the_long_way() {
    let disk = MemoryDisk::new();
    let log = half_full(&disk);
    log.prepare_roll();
    for name in names(&disk, ".deleted") {
        disk.remove_file(&dir().join(name)).expect("removed");
    }
    let mut appended = 7;
    while let (Appended::Done { .. }, _) = on_worker(&log) {
        appended += 1;
    }
    append(&log, batch(1, 100, 1_000));
    assert_eq!((log.ends().log_end, log.segment_count()), (Offset(appended + 1), 2));
}
