//! Every offset exactly once, from any offset, with any fetch size, up to the bound and not a byte beyond.

use thalweg_model::Offset;
use thalweg_partition_log::{Bound, Origin, Place, ReadCursor, ReadError};
use thalweg_platform::memory::MemoryDisk;

use crate::support::*;

#[test]
fn every_fetch_size_around_a_segments_end_finds_every_offset_once() {
    let disk = MemoryDisk::new();
    let config = config(2_000);
    let log = create(&disk, &config);
    let mut all = Vec::new();
    for number in 0..60 {
        let base = written(append(&log, batch(1 + number % 3, 40 + number as usize * 7, 1_000)));
        all.push((base, log.ends().log_end.0 - 1));
    }
    commit_all(&log);
    assert!(log.segment_count() > 5, "{log:?}");
    let end = log.ends().log_end.0;
    let mut sizes: Vec<u32> = vec![0, 1, 17, 60, 61, 500, 100_000];
    for edge in [1_900, 2_000] {
        sizes.extend(edge - 70..edge + 70);
    }
    for size in sizes {
        assert_eq!(read_all(&log, 0, size, Bound::HighWatermark), all, "size {size}");
    }
    for from in 0..=end {
        for size in [1, 700, 1_990, 5_000] {
            assert_eq!(read_all(&log, from, size, Bound::LogEnd), expected(&all, from), "{from} {size}");
        }
    }
}

#[test]
fn nothing_above_the_high_watermark_is_sent() {
    let disk = MemoryDisk::new();
    let config = config(1_000);
    let log = create(&disk, &config);
    let mut all = Vec::new();
    for _ in 0..30 {
        let base = written(append(&log, batch(2, 50, 1_000)));
        all.push((base, base + 1));
    }
    for watermark in 0..=60 {
        log.advance_high_watermark(Offset(watermark));
        // A batch that spans the mark is not sent.
        let below: Vec<_> = all.iter().copied().filter(|&(_, last)| last < watermark).collect();
        for size in [1, 300, 100_000] {
            assert_eq!(read_all(&log, 0, size, Bound::HighWatermark), below, "{watermark} {size}");
        }
    }
    assert_eq!(read_all(&log, 0, 1, Bound::LogEnd), all);
}

#[test]
fn a_reader_at_the_end_waits_and_one_outside_is_told() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &config(1_000));
    let mut cursor = ReadCursor::default();
    let empty = log.read(Offset(0), 100, Bound::HighWatermark, true, &mut cursor).expect("empty");
    assert_eq!((empty.length, empty.first_batch_length), (0, 0));
    append(&log, batch(3, 10, 1_000));
    let waiting = log.read(Offset(2), 100, Bound::HighWatermark, true, &mut cursor).expect("not yet");
    assert_eq!(waiting.length, 0);
    commit_all(&log);
    let found = log.read(Offset(2), 1, Bound::HighWatermark, true, &mut cursor).expect("now");
    assert_eq!((found.position, found.length), (0, found.first_batch_length));
    let cut = log.read(Offset(2), 1, Bound::HighWatermark, false, &mut cursor).expect("cut");
    assert_eq!(cut.length, 1);
    for outside in [4, -1] {
        let error = log.read(Offset(outside), 100, Bound::LogEnd, true, &mut cursor);
        assert!(matches!(error, Err(ReadError::OffsetOutOfRange)), "{outside}");
    }
}

#[test]
fn a_sequential_reader_asks_no_index_and_a_turn_is_one_write() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &config(1 << 20));
    append(&log, batch(1, 10, 1_000));
    let before = disk.counts();
    let mut batches: Vec<Vec<u8>> = (0..50).map(|_| batch(1, 100, 1_000)).collect();
    let mut gather: Vec<_> = batches.iter_mut().map(|batch| incoming(batch)).collect();
    log.append(&mut gather, &how(Place::Worker, Origin::Client, 1));
    assert!(gather.iter().all(|batch| batch.outcome.is_some()));
    assert_eq!(disk.counts().writes - before.writes, 1, "one write for the gather");
    assert_eq!(disk.counts().syncs, before.syncs, "and no sync");
}

#[test]
fn a_search_in_an_index_of_many_blocks_finds_every_offset() {
    let disk = MemoryDisk::new();
    let config = config(1 << 20);
    let log = create(&disk, &config);
    let mut all = Vec::new();
    for _ in 0..1_500 {
        let base = written(append(&log, batch(3, 60, 1_000)));
        all.push((base, base + 2));
    }
    commit_all(&log);
    log.close_clean().expect("closed");
    // All rows are in the file now, several reads of them.
    let (log, _) = open(&disk, &config, true, log.ends().log_end.0);
    commit_all(&log);
    for from in 0..log.ends().log_end.0 {
        let mut cursor = ReadCursor::default();
        let slice = log.read(Offset(from), 1, Bound::LogEnd, true, &mut cursor).expect("readable");
        let mut header = [0; 8];
        slice.file.read_exact_at(&mut header, slice.position).expect("there");
        assert_eq!(i64::from_be_bytes(header), from - from % 3, "{from}");
    }
}

#[test]
fn times_are_found_across_segments() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &config(1_500));
    for number in 0..100 {
        // Time stands still for ten batches, then jumps.
        append(&log, batch(2, 30, 1_000 + number / 10 * 100));
    }
    let find = |timestamp| log.offset_for_timestamp(timestamp).expect("readable").map(|found| found.offset.0);
    assert_eq!(find(0), Some(0));
    assert_eq!(find(1_000), Some(0));
    assert_eq!(find(1_001), Some(20));
    assert_eq!(find(1_450), Some(100));
    assert_eq!(find(1_900), Some(180));
    assert_eq!(find(1_901), None);
    let newest = log.offset_of_max_timestamp().expect("readable").expect("found");
    assert_eq!((newest.timestamp, newest.offset, newest.leader_epoch.0), (1_900, Offset(180), 1));
    commit_all(&log);
    log.delete_records_before(Offset(50));
    assert_eq!(find(0), Some(50));
}
