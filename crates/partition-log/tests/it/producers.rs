//! Idempotent and transactional producers: §3.3's rows 10 to 12, and what a reader of committed records sees.

use thalweg_model::Offset;
use thalweg_partition_log::{Appended, Bound, Origin, Outcome, PartitionLog, Place, ReadCursor, Refusal};
use thalweg_platform::memory::MemoryDisk;
use thalweg_platform::{Disk, Open};
use thalweg_records::ControlType;

use crate::support::*;

fn refused(outcome: Outcome) -> Refusal {
    match outcome {
        Outcome::Refused(refusal) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_retry_among_the_last_five_batches_is_a_duplicate_and_an_older_one_is_out_of_order() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &config(1 << 20));
    for number in 0..6 {
        assert_eq!(written(append(&log, produced(9, 0, number * 2, 2, false))), i64::from(number) * 2);
    }
    let end = log.ends().log_end;
    for number in 1..6 {
        let Outcome::Duplicate { base_offset, last_offset, append_time, .. } =
            append(&log, produced(9, 0, number * 2, 2, false))
        else {
            panic!("batch {number} is remembered");
        };
        assert_eq!((base_offset.0, last_offset.0), (i64::from(number) * 2, i64::from(number) * 2 + 1));
        assert_eq!(append_time, 1_001, "the time kept for it");
    }
    assert_eq!(refused(append(&log, produced(9, 0, 0, 2, false))), Refusal::OutOfOrderSequence);
    assert_eq!(refused(append(&log, produced(9, 0, 10, 1, false))), Refusal::OutOfOrderSequence);
    assert_eq!(refused(append(&log, produced(9, 0, 13, 2, false))), Refusal::OutOfOrderSequence);
    assert_eq!(log.ends().log_end, end);
}

#[test]
fn epochs_fence_and_a_new_epoch_starts_at_zero() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &config(1 << 20));
    written(append(&log, produced(9, 3, 0, 5, false)));
    assert_eq!(refused(append(&log, produced(9, 2, 5, 1, false))), Refusal::InvalidProducerEpoch);
    assert_eq!(refused(append(&log, produced(9, 4, 5, 1, false))), Refusal::OutOfOrderSequence);
    written(append(&log, produced(9, 4, 0, 1, false)));
    assert_eq!(refused(append(&log, produced(9, 3, 5, 1, false))), Refusal::InvalidProducerEpoch);
}

#[test]
fn sequences_wrap_to_zero() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &config(1 << 20));
    // Nothing is known of the producer: any sequence will do.
    written(append(&log, produced(9, 0, i32::MAX - 1, 3, false)));
    let Outcome::Duplicate { base_offset, .. } = append(&log, produced(9, 0, i32::MAX - 1, 3, false)) else {
        panic!("known across the wrap");
    };
    assert_eq!(base_offset, Offset(0));
    assert_eq!(written(append(&log, produced(9, 0, 1, 1, false))), 3);
}

#[test]
fn a_restart_remembers_the_last_batch_only() {
    let disk = MemoryDisk::new();
    let config = config(1 << 20);
    let log = create(&disk, &config);
    for number in 0..3 {
        append(&log, produced(9, 0, number, 1, false));
    }
    log.close_clean().expect("closed");
    let (log, report) = open(&disk, &config, true, 3);
    assert_eq!(report.scanned_bytes, 0, "the snapshot is enough");
    assert!(matches!(append(&log, produced(9, 0, 2, 1, false)), Outcome::Duplicate { .. }));
    assert_eq!(refused(append(&log, produced(9, 0, 1, 1, false))), Refusal::OutOfOrderSequence);
    assert_eq!(written(append(&log, produced(9, 0, 3, 1, false))), 3);
}

#[test]
fn a_failed_write_leaves_no_trace_in_producer_state() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &config(1 << 20));
    written(append(&log, produced(9, 0, 0, 1, false)));
    let end = log.ends();
    disk.fail_space_after(100);
    let mut batches = [produced(9, 0, 1, 1, false), produced(9, 0, 2, 1, false), produced(8, 0, 0, 1, false)];
    let mut gather: Vec<_> = batches.iter_mut().map(|batch| incoming(batch)).collect();
    let appended = log.append(&mut gather, &how(Place::Worker, Origin::Client, 1));
    let Appended::Failed(failed) = appended else { panic!("{appended:?}") };
    assert!(!failed.is_fatal);
    assert!(gather.iter().all(|batch| batch.outcome.is_none()));
    assert_eq!((log.ends(), log.active_producers()), (end, 1));
    disk.heal();
    // The worker is sent away until the torn bytes are cut; the disk thread cuts and goes on.
    let worker = log.append(&mut gather, &how(Place::Worker, Origin::Client, 1));
    assert!(matches!(worker, Appended::Divert(_)), "{worker:?}");
    let disk_thread = log.append(&mut gather, &how(Place::DiskThread, Origin::Client, 1));
    assert!(matches!(disk_thread, Appended::Done { .. }), "{disk_thread:?}");
    assert_eq!(gather.iter().map(|b| written(b.outcome.expect("one"))).collect::<Vec<_>>(), [1, 2, 3]);
    commit_all(&log);
    assert_eq!(read_all(&log, 0, 1, Bound::HighWatermark), [(0, 0), (1, 1), (2, 2), (3, 3)]);
}

#[test]
fn a_transaction_needs_confirmation_and_holds_the_last_stable_offset() {
    let disk = MemoryDisk::new();
    let config = config(1 << 20);
    let log = create(&disk, &config);
    assert_eq!(refused(append(&log, produced(1, 0, 0, 1, true))), Refusal::InvalidTxnState);
    written(append_as(&log, produced(1, 0, 0, 2, true), verified(&log, 1)));
    // Once open, the transaction goes on without further confirmation.
    written(append(&log, produced(1, 0, 2, 1, true)));
    assert_eq!(refused(append(&log, produced(1, 0, 3, 1, false))), Refusal::InvalidTxnState);
    written(append(&log, batch(1, 10, 1_000)));
    commit_all(&log);
    assert_eq!((log.ends().last_stable.0, log.ends().high_watermark.0), (0, 4));
    assert_eq!(read_all(&log, 0, 10_000, Bound::LastStable), []);
    written(append_as(&log, marker(1, 0, ControlType::Commit, 5), Origin::Coordinator));
    assert_eq!(log.ends().last_stable.0, 0, "the marker is not committed yet");
    commit_all(&log);
    assert_eq!(log.ends().last_stable.0, 5);
    let stale = append_as(&log, marker(1, 0, ControlType::Abort, 4), Origin::Coordinator);
    assert_eq!(refused(stale), Refusal::TransactionCoordinatorFenced);
}

#[test]
fn aborted_transactions_are_listed_where_they_overlap_also_after_restarts() {
    let disk = MemoryDisk::new();
    let config = config(400);
    let log = create(&disk, &config);
    let mut aborted = Vec::new();
    for round in 0..20i64 {
        let id = 1 + round % 3;
        let sequence = (round / 3 * 2) as i32;
        let first = written(append_as(&log, produced(id, 0, sequence, 2, true), verified(&log, id)));
        written(append(&log, batch(1, 10, 1_000)));
        let kind = if round % 2 == 0 { ControlType::Abort } else { ControlType::Commit };
        let last = written(append_as(&log, marker(id, 0, kind, 0), Origin::Coordinator));
        if round % 2 == 0 {
            aborted.push((id, first, last));
        }
    }
    commit_all(&log);
    assert!(log.segment_count() > 3);
    let list = |log: &PartitionLog, from: i64| {
        let mut cursor = ReadCursor::default();
        let slice = log.read(Offset(from), 1 << 20, Bound::LastStable, true, &mut cursor).expect("read");
        let end = slice.next_offset.expect("a whole segment").0;
        let found: Vec<_> = slice
            .aborted
            .iter()
            .map(|txn| (txn.producer_id.0, txn.first_offset.0, txn.last_offset.0))
            .collect();
        let due: Vec<_> =
            aborted.iter().copied().filter(|&(_, first, last)| last >= from && first < end).collect();
        (found, due)
    };
    let check = |log: &PartitionLog| {
        for from in 0..log.ends().log_end.0 {
            let (found, due) = list(log, from);
            assert_eq!(found, due, "from {from}");
        }
    };
    check(&log);
    log.close_clean().expect("closed");
    let (log, _) = open(&disk, &config, true, 0);
    commit_all(&log);
    check(&log);
    log.close_clean().expect("closed");
    // A transaction index of a broken length is made anew, transactions of earlier segments included.
    let names = disk.list(&dir()).expect("listed").into_iter().map(|entry| entry.name);
    for name in names.filter(|name| name.ends_with(".txnindex")) {
        disk.open(&dir().join(name), Open::ReadWrite).expect("open").set_len(35).expect("cut");
    }
    let (log, report) = open(&disk, &config, true, 0);
    assert!(report.rebuilt_segments > 3, "{report:?}");
    commit_all(&log);
    check(&log);
    drop(log);
    let (log, report) = open(&disk, &config, false, 0);
    assert!(report.rebuilt_segments > 3);
    commit_all(&log);
    check(&log);
}

#[test]
fn a_late_marker_cannot_end_the_next_transaction_where_epochs_rise() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &config(1 << 20));
    let rising = Origin::Marker { transaction_version: 2 };
    written(append_as(&log, produced(1, 0, 0, 2, true), verified(&log, 1)));
    assert_eq!(
        refused(append_as(&log, marker(1, 0, ControlType::Abort, 0), rising)),
        Refusal::InvalidProducerEpoch
    );
    written(append_as(&log, marker(1, 1, ControlType::Commit, 0), rising));
    // Repeated while nothing is open: a coordinator that was restarted does not know better.
    written(append_as(&log, marker(1, 1, ControlType::Commit, 0), rising));
    assert_eq!(
        refused(append_as(&log, marker(1, 0, ControlType::Commit, 0), rising)),
        Refusal::InvalidProducerEpoch
    );
    // Before that the epochs are equal.
    let plain = Origin::Marker { transaction_version: 0 };
    written(append_as(&log, produced(2, 0, 0, 2, true), verified(&log, 2)));
    written(append_as(&log, marker(2, 0, ControlType::Commit, 3), plain));
    assert_eq!(
        refused(append_as(&log, marker(2, 0, ControlType::Commit, 2), plain)),
        Refusal::TransactionCoordinatorFenced
    );
}

#[test]
fn leave_that_was_asked_for_before_a_marker_is_worth_nothing_after_it() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &config(1 << 20));
    let early = verified(&log, 1);
    assert_eq!(verified(&log, 1), early, "asked again, it is the same question");
    written(append_as(&log, marker(1, 0, ControlType::Abort, 0), Origin::Coordinator));
    assert_eq!(refused(append_as(&log, produced(1, 0, 0, 1, true), early)), Refusal::InvalidTxnState);
    let late = verified(&log, 1);
    written(append_as(&log, produced(1, 0, 0, 1, true), late));
    commit_all(&log);
    assert_eq!(log.ends().last_stable.0, 1, "it is open from its first record on");
}
