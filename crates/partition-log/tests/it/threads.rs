//! Workers, a disk thread and readers at once: offsets stay dense, each producer's batches stay in order, readers
//! see every batch once and nothing above the high watermark.

use std::sync::atomic::{AtomicBool, Ordering};

use thalweg_model::Offset;
use thalweg_partition_log::{Appended, Bound, Origin, Outcome, PartitionLog, Place, ReadCursor};
use thalweg_platform::memory::MemoryDisk;
use thalweg_records::BatchView;

use crate::support::*;

const BATCHES: i32 = 2_000;

fn produce(log: &PartitionLog, id: i64) {
    let mut next = 0;
    while next < BATCHES {
        let mut batches: Vec<_> =
            (next..(next + 7).min(BATCHES)).map(|sequence| produced(id, 0, sequence, 1, false)).collect();
        next += batches.len() as i32;
        let mut gather: Vec<_> = batches.iter_mut().map(|batch| incoming(batch)).collect();
        if let Appended::Divert(_) = log.append(&mut gather, &how(Place::Worker, Origin::Client, 1)) {
            log.append(&mut gather, &how(Place::DiskThread, Origin::Client, 1));
        }
        assert!(gather.iter().all(|batch| matches!(batch.outcome, Some(Outcome::Written { .. }))));
        log.advance_high_watermark(log.ends().log_end);
    }
}

fn consume(log: &PartitionLog, fetch: u32) {
    let mut cursor = ReadCursor::default();
    let mut next = 0;
    let mut sequences = [0; 2];
    while next < i64::from(BATCHES) * 2 {
        let slice = log.read(Offset(next), fetch, Bound::HighWatermark, true, &mut cursor).expect("readable");
        let watermark = log.ends().high_watermark.0;
        let mut bytes = vec![0; slice.length as usize];
        slice.file.read_exact_at(&mut bytes, slice.position).expect("there");
        let mut rest = &bytes[..];
        while let Ok(view) = BatchView::parse(rest) {
            assert_eq!(view.base_offset().0, next, "dense");
            assert!(view.next_offset().0 <= watermark);
            let sequence = &mut sequences[view.producer_id().0 as usize];
            assert_eq!(view.base_sequence().0, *sequence, "in order");
            *sequence += 1;
            next += 1;
            rest = &rest[view.total_size()..];
        }
    }
}

#[test]
fn two_workers_a_disk_thread_and_three_readers_agree() {
    let disk = MemoryDisk::new();
    let config = config(5_000);
    let log = create(&disk, &config);
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writers = [0, 1].map(|id| {
            let log = &log;
            scope.spawn(move || produce(log, id))
        });
        let readers = [1, 900, 4_999].map(|fetch| {
            let log = &log;
            scope.spawn(move || consume(log, fetch))
        });
        let (log, is_done) = (&log, &is_done);
        scope.spawn(move || {
            while !is_done.load(Ordering::Relaxed) {
                log.attend(now(30_000)).expect("attended");
                log.flush().expect("flushed");
                log.close_files();
            }
        });
        for thread in writers.into_iter().chain(readers) {
            thread.join().expect("no thread fails");
        }
        is_done.store(true, Ordering::Relaxed);
    });
    log.close_clean().expect("closed");
    let (log, report) = open(&disk, &config, true, 0);
    assert_eq!((log.ends().log_end.0, report.rebuilt_segments), (i64::from(BATCHES) * 2, 0));
}
