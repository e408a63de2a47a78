//! Compaction: what a reader sees never changes but for what newer records of a key have made old, whatever was
//! written and whenever it was compacted.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use proptest::prelude::*;
use thalweg_config::{CleanupPolicy, TopicConfig};
use thalweg_model::{Offset, ProducerEpoch, ProducerId, Sequence};
use thalweg_partition_log::{
    Bound, Compacted, Compaction, CompactionError, OffsetMap, Origin, PartitionLog, ReadCursor, Step,
};
use thalweg_platform::memory::MemoryDisk;
use thalweg_platform::{Disk, File, Open};
use thalweg_records::{
    BatchBuilder, BatchView, Codec, Compression, ControlType, Limits, RecordIter, Scratch,
};

use crate::support::*;

const DELETE_RETENTION_MS: i64 = 1_000;

pub fn compacted_config(segment_bytes: i32) -> Arc<TopicConfig> {
    Arc::new(TopicConfig {
        cleanup_policy: CleanupPolicy { compact: true, delete: false },
        delete_retention_ms: DELETE_RETENTION_MS,
        ..TopicConfig::clone(&config(segment_bytes))
    })
}

pub fn map() -> OffsetMap {
    OffsetMap::new(1 << 20, (11, 13))
}

/// Compacts everything that may be, in steps of `budget` bytes.
pub fn try_compact(
    log: &Arc<PartitionLog>,
    checkpoint: Option<i64>,
    at_ms: i64,
    map: OffsetMap,
    budget: u32,
) -> Result<Option<Compacted>, CompactionError> {
    let now = now(at_ms);
    let dirtiness = log.dirtiness(checkpoint.map(Offset), now).expect("readable");
    if dirtiness.dirty_bytes == 0 {
        return Ok(None);
    }
    let mut compaction = Compaction::new(Arc::clone(log), &dirtiness, map, now).map_err(|failed| failed.1)?;
    loop {
        if let Step::Done(done) = compaction.step(budget)? {
            return Ok(Some(done));
        }
    }
}

pub fn compact(log: &Arc<PartitionLog>, checkpoint: Option<i64>, at_ms: i64) -> Option<Compacted> {
    try_compact(log, checkpoint, at_ms, map(), 1 << 20).expect("compacted")
}

pub fn keyed(codec: Codec, pairs: &[(u8, Option<Vec<u8>>)]) -> Vec<u8> {
    let mut builder = BatchBuilder::new(Compression::from(codec));
    for (key, value) in pairs {
        builder.append(1_000, Some(&[*key]), value.as_deref(), &[]);
    }
    builder.build()
}

fn of_producer(
    id: i64,
    sequence: i32,
    transactional: bool,
    codec: Codec,
    pairs: &[(u8, Option<Vec<u8>>)],
) -> Vec<u8> {
    let mut builder = BatchBuilder::new(Compression::from(codec))
        .producer(ProducerId(id), ProducerEpoch(0), Sequence(sequence))
        .transactional(transactional);
    for (key, value) in pairs {
        builder.append(1_000, Some(&[*key]), value.as_deref(), &[]);
    }
    builder.build()
}

pub type Seen = (i64, u8, Option<Vec<u8>>);

/// What a read_committed consumer gets from `from` on, with one fetch size.
pub fn consume(log: &PartitionLog, from: i64, fetch: u32) -> Vec<Seen> {
    let mut cursor = ReadCursor::default();
    let (mut seen, mut next) = (Vec::new(), from);
    loop {
        let slice = log.read(Offset(next), fetch, Bound::LastStable, true, &mut cursor).expect("readable");
        if slice.length == 0 {
            return seen;
        }
        let mut bytes = vec![0; slice.length as usize];
        slice.file.read_exact_at(&mut bytes, slice.position).expect("there");
        let mut ahead: Vec<_> = slice.aborted.clone();
        ahead.sort_by_key(|aborted| aborted.first_offset);
        let mut aborted = std::collections::BTreeSet::new();
        let mut rest = &bytes[..];
        let before = next;
        while let Ok(view) = BatchView::parse(rest) {
            view.verify_crc().expect("unharmed");
            let last = view.last_offset();
            ahead.retain(|txn| {
                let is_reached = txn.first_offset <= last;
                if is_reached {
                    aborted.insert(txn.producer_id);
                }
                !is_reached
            });
            if view.is_control() {
                aborted.remove(&view.producer_id());
            } else if !(view.is_transactional() && aborted.contains(&view.producer_id())) {
                let mut buffer = Vec::new();
                let limits = Limits::default();
                let mut scratch = Scratch::new();
                for record in RecordIter::new(&view, &limits, &mut scratch, &mut buffer).expect("records") {
                    let record = record.expect("a record");
                    if record.offset.0 >= from {
                        let key = record.key.expect("a key")[0];
                        seen.push((record.offset.0, key, record.value.map(<[u8]>::to_vec)));
                    }
                }
            }
            next = view.next_offset().0;
            rest = &rest[view.total_size()..];
        }
        if let Some(end) = slice.next_offset {
            next = end.0;
        }
        assert!(next > before, "a read goes on");
    }
}

/// The last value of every key; tombstones are keys that are not there.
pub fn fold(seen: &[Seen]) -> BTreeMap<u8, (i64, Vec<u8>)> {
    let mut last = BTreeMap::new();
    for (offset, key, value) in seen {
        match value {
            Some(value) => last.insert(*key, (*offset, value.clone())),
            None => last.remove(key),
        };
    }
    last
}

#[test]
fn only_the_newest_record_of_a_key_stays_and_offsets_do_not_change() {
    for codec in [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd] {
        let disk = MemoryDisk::new();
        let log = create(&disk, &compacted_config(1_000));
        for round in 0..40u8 {
            let pairs: Vec<_> = (0..4).map(|key| (key, Some(vec![round; 30]))).collect();
            append(&log, keyed(codec, &pairs));
        }
        commit_all(&log);
        let before = consume(&log, 0, 1 << 20);
        let (segments, size) = (log.segment_count(), log.size());
        let done = compact(&log, None, 10_000).expect("something to do");
        assert!(log.segment_count() <= segments && log.size() < size, "{codec:?}");
        let active = log.dirtiness(Some(done.end), now(10_000)).expect("read").first_uncleanable;
        assert_eq!(done.end, active, "{codec:?}: everything but the active segment");
        let after = consume(&log, 0, 1 << 20);
        assert_eq!(fold(&after), fold(&before), "{codec:?}");
        // Nothing that stayed has moved, and of the compacted part one record of each key is left at most.
        assert!(after.iter().all(|seen| before.contains(seen)));
        let old: Vec<_> = after.iter().filter(|(offset, ..)| *offset < done.end.0).collect();
        assert_eq!(old.len(), 4, "{codec:?}");
        // Again: nothing is dirty, nothing happens.
        assert_eq!(compact(&log, Some(done.end.0), 10_000), None);
    }
}

#[test]
fn a_tombstone_stays_for_its_time_and_goes_with_the_next_compaction() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &compacted_config(400));
    append(&log, keyed(Codec::None, &[(1, Some(vec![7; 100])), (2, Some(vec![7; 100]))]));
    append(&log, keyed(Codec::None, &[(1, None)]));
    for _ in 0..3 {
        append(&log, keyed(Codec::None, &[(3, Some(vec![1; 300]))]));
    }
    commit_all(&log);
    compact(&log, None, 10_000).expect("done");
    let tombstones = |log: &PartitionLog| {
        consume(log, 0, 1 << 20).into_iter().filter(|(.., value)| value.is_none()).count()
    };
    assert_eq!(tombstones(&log), 1, "readers that come later must hear of it");
    // More dirt, before its time and after.
    for (at, left) in [(10_999, 1), (11_000, 0)] {
        append(&log, keyed(Codec::None, &[(3, Some(vec![1; 300]))]));
        append(&log, keyed(Codec::None, &[(3, Some(vec![1; 300]))]));
        commit_all(&log);
        compact(&log, None, at).expect("done");
        assert_eq!(tombstones(&log), left, "{at}");
    }
    assert_eq!(fold(&consume(&log, 0, 1 << 20)).keys().copied().collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn a_producers_last_sequence_outlives_its_records() {
    let disk = MemoryDisk::new();
    let config = compacted_config(400);
    let log = create(&disk, &config);
    for sequence in 0..3 {
        append(&log, of_producer(9, sequence, false, Codec::None, &[(1, Some(vec![1; 200]))]));
    }
    for _ in 0..4 {
        append(&log, keyed(Codec::None, &[(1, Some(vec![2; 300]))]));
    }
    commit_all(&log);
    compact(&log, None, 10_000).expect("done");
    assert!(consume(&log, 0, 1 << 20).iter().all(|(offset, ..)| *offset > 2), "its records are old");
    // A start that reads the whole log again still knows where the producer was.
    log.flush().expect("flushed");
    drop(log);
    for name in files(&disk, ".snapshot") {
        disk.remove_file(&dir().join(name)).expect("removed");
    }
    let (log, _) = open(&disk, &config, false, 0);
    commit_all(&log);
    let duplicate = append(&log, of_producer(9, 2, false, Codec::None, &[(1, Some(vec![1; 200]))]));
    assert!(matches!(duplicate, thalweg_partition_log::Outcome::Duplicate { .. }), "{duplicate:?}");
    written(append(&log, of_producer(9, 3, false, Codec::None, &[(1, Some(vec![1; 200]))])));
}

#[test]
fn aborted_records_go_at_once_and_their_marker_when_nothing_is_left() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &compacted_config(400));
    append_as(&log, of_producer(5, 0, true, Codec::None, &[(1, Some(vec![5; 100]))]), verified(&log, 5));
    append_as(&log, marker(5, 0, ControlType::Abort, 1), Origin::Coordinator);
    append_as(&log, of_producer(6, 0, true, Codec::None, &[(2, Some(vec![6; 100]))]), verified(&log, 6));
    append_as(&log, marker(6, 0, ControlType::Commit, 1), Origin::Coordinator);
    for _ in 0..4 {
        append(&log, keyed(Codec::None, &[(3, Some(vec![1; 300]))]));
    }
    commit_all(&log);
    let batches = |log: &PartitionLog| read_all(log, 0, 1 << 20, Bound::HighWatermark);
    compact(&log, None, 10_000).expect("done");
    assert_eq!(fold(&consume(&log, 0, 1 << 20)).keys().copied().collect::<Vec<_>>(), [2, 3]);
    // Both producers are remembered: the batch with the last sequence stays, empty, and so does the marker.
    assert!(batches(&log).starts_with(&[(0, 0), (1, 1), (2, 2), (3, 3)]));
    log.expire_producers(1 << 40, 1);
    for at in [20_000, 22_000, 24_000] {
        append(&log, keyed(Codec::None, &[(3, Some(vec![1; 300]))]));
        append(&log, keyed(Codec::None, &[(3, Some(vec![1; 300]))]));
        commit_all(&log);
        compact(&log, None, at).expect("done");
    }
    let left = batches(&log);
    assert!(!left.contains(&(0, 0)) && !left.contains(&(1, 1)), "{left:?}");
    assert!(left.contains(&(2, 2)) && left.contains(&(3, 3)), "{left:?}");
}

#[test]
fn a_map_that_is_too_small_compacts_a_part_and_the_rest_later() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &compacted_config(1_000));
    for round in 0..6u8 {
        for key in 0..60u8 {
            append(&log, keyed(Codec::None, &[(key, Some(vec![round; 20]))]));
        }
    }
    commit_all(&log);
    let before = fold(&consume(&log, 0, 1 << 20));
    let mut checkpoint = None;
    let mut rounds = 0;
    loop {
        // Twenty keys.
        let small = OffsetMap::new(24 * 23, (1, 1));
        let Some(done) = try_compact(&log, checkpoint, 10_000, small, 4096).expect("compacted") else {
            break;
        };
        assert!(Some(done.end.0) > checkpoint, "every round comes further");
        checkpoint = Some(done.end.0);
        rounds += 1;
        assert_eq!(fold(&consume(&log, 0, 1 << 20)), before);
    }
    assert!(rounds > 5, "{rounds}");
    append(&log, keyed(Codec::None, &[(1, Some(vec![1])), (2, Some(vec![1])), (3, Some(vec![1; 990]))]));
    append(&log, keyed(Codec::None, &[(1, Some(vec![1; 900]))]));
    commit_all(&log);
    let dirty = log.dirtiness(checkpoint.map(Offset), now(10_000)).expect("read");
    if dirty.dirty_bytes > 0 {
        let mut last = Ok(None);
        let mut from = checkpoint;
        for _ in 0..100 {
            last = try_compact(&log, from, 10_000, OffsetMap::new(24 * 2, (1, 1)), 4096);
            match &last {
                Ok(Some(done)) => from = Some(done.end.0),
                _ => break,
            }
        }
        assert!(matches!(last, Err(CompactionError::MapTooSmall { .. })), "{last:?}");
    }
}

#[test]
fn a_damaged_batch_ends_the_compaction_and_leaves_every_file_as_it_was() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &compacted_config(1_000));
    for round in 0..40u8 {
        append(&log, keyed(Codec::None, &[(1, Some(vec![round; 60]))]));
    }
    commit_all(&log);
    log.flush().expect("flushed");
    let name = files(&disk, ".log")[1].clone();
    let file = disk.open(&dir().join(&name), Open::ReadWrite).expect("open");
    write(&*file, &[0xff], 300);
    let before: Vec<_> = all_files(&disk);
    let failed = try_compact(&log, None, 10_000, map(), 1 << 20).expect_err("damaged");
    assert!(matches!(failed, CompactionError::Unreadable { .. }), "{failed}");
    assert_eq!(all_files(&disk), before);
}

#[test]
fn compaction_keeps_to_its_lag_and_its_ratio() {
    let disk = MemoryDisk::new();
    let config = Arc::new(TopicConfig {
        min_compaction_lag_ms: 5_000,
        max_compaction_lag_ms: 20_000,
        ..TopicConfig::clone(&compacted_config(300))
    });
    let log = create(&disk, &config);
    for _ in 0..6 {
        // Written at 1,000.
        append(&log, keyed(Codec::None, &[(1, Some(vec![1; 200]))]));
    }
    commit_all(&log);
    let at = |ms: i64| log.dirtiness(None, now(ms)).expect("read");
    assert_eq!(at(5_999).dirty_bytes, 0, "too young");
    let old_enough = at(6_000);
    assert!(old_enough.dirty_bytes > 0 && !old_enough.is_overdue && old_enough.is_due(0.5));
    assert!(!old_enough.is_due(1.0));
    assert!(at(21_001).is_overdue && at(21_001).is_due(1.0));
    // A checkpoint from another life of the log.
    let strange = log.dirtiness(Some(Offset(1_000)), now(6_000)).expect("read");
    assert!(strange.checkpoint_is_wrong && strange.first_dirty == Offset(0));
}

#[test]
fn a_reader_goes_on_through_a_swap() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &compacted_config(1_000));
    for round in 0..60u8 {
        append(&log, keyed(Codec::None, &[(round % 3, Some(vec![round; 60]))]));
    }
    commit_all(&log);
    let mut cursor = ReadCursor::default();
    let first = log.read(Offset(0), 150, Bound::HighWatermark, true, &mut cursor).expect("read");
    // The cursor now points into the first segment.
    compact(&log, None, 10_000).expect("done");
    let mut next = first.next_offset.map_or(1, |offset| offset.0);
    let mut seen = Vec::new();
    while next < log.ends().log_end.0 {
        let slice = log.read(Offset(next), 150, Bound::HighWatermark, true, &mut cursor).expect("read");
        let mut bytes = vec![0; slice.length as usize];
        slice.file.read_exact_at(&mut bytes, slice.position).expect("there");
        let view = BatchView::parse(&bytes).expect("a whole batch first");
        view.verify_crc().expect("unharmed");
        assert!(view.last_offset().0 >= next);
        next = view.next_offset().0;
        seen.push(view.base_offset().0);
    }
    assert!(seen.is_sorted() && seen.len() < 60);
    // What was being sent is still there, byte for byte.
    let mut bytes = vec![0; first.length as usize];
    first.file.read_exact_at(&mut bytes, first.position).expect("there");
    BatchView::parse(&bytes).expect("whole").verify_crc().expect("unharmed");
}

#[test]
fn retention_takes_segments_that_compaction_has_emptied() {
    let disk = MemoryDisk::new();
    let log = create(&disk, &compacted_config(300));
    for _ in 0..10 {
        append(&log, keyed(Codec::None, &[(1, Some(vec![1; 200]))]));
    }
    commit_all(&log);
    compact(&log, None, 10_000).expect("done");
    let mut both = TopicConfig::clone(&log.config());
    (both.cleanup_policy.delete, both.retention_ms) = (true, 1);
    log.set_config(Arc::new(both));
    log.delete_old_segments(now(20_000)).expect("deleted");
    assert_eq!(log.ends().log_start, log.ends().log_end);
}

/// Reads everything below the high watermark; the last value of each key.
fn fold_all(log: &PartitionLog, fetch: u32) -> BTreeMap<u8, u32> {
    let (mut cursor, mut next, mut last) = (ReadCursor::default(), 0, BTreeMap::new());
    let end = log.ends().high_watermark.0;
    while next < end {
        let slice = log.read(Offset(next), fetch, Bound::HighWatermark, true, &mut cursor).expect("readable");
        let mut bytes = vec![0; slice.length as usize];
        slice.file.read_exact_at(&mut bytes, slice.position).expect("there");
        let mut rest = &bytes[..];
        let before = next;
        while let Ok(view) = BatchView::parse(rest) {
            view.verify_crc().expect("unharmed");
            let (limits, mut buffer) = (Limits::default(), Vec::new());
            for record in RecordIter::new(&view, &limits, &mut Scratch::new(), &mut buffer).expect("records")
            {
                let record = record.expect("a record");
                let value = record.value.expect("a value")[..4].try_into().expect("four bytes");
                last.insert(record.key.expect("a key")[0], u32::from_be_bytes(value));
            }
            assert!(view.last_offset().0 >= next, "forwards");
            next = view.next_offset().0;
            rest = &rest[view.total_size()..];
        }
        next = slice.next_offset.map_or(next, |offset| offset.0);
        assert!(next > before, "a read goes on");
    }
    last
}

#[test]
fn readers_writers_flushes_and_compactions_at_once_agree() {
    const ROUNDS: u32 = 1_500;
    let folder = tempfile::tempdir().expect("made");
    let os: Arc<dyn Disk> = Arc::new(thalweg_platform::os::OsDisk);
    let memory: Arc<dyn Disk> = Arc::new(MemoryDisk::new());
    for (disk, dir) in [(memory, dir()), (os, folder.path().join("orders-0"))] {
        let config = compacted_config(3_000);
        let log = create_in(disk, &dir, &config);
        let written = std::sync::atomic::AtomicU32::new(0);
        let is_done = || written.load(Ordering::Acquire) == ROUNDS;
        std::thread::scope(|scope| {
            let (log, written, is_done) = (&log, &written, &is_done);
            scope.spawn(move || {
                for round in 1..=ROUNDS {
                    let value = [&round.to_be_bytes()[..], &[0; 50]].concat();
                    append(log, keyed(Codec::None, &[((round % 7) as u8, Some(value))]));
                    commit_all(log);
                    written.store(round, Ordering::Release);
                }
            });
            for fetch in [1, 500, 100_000] {
                scope.spawn(move || {
                    while !is_done() {
                        let known = written.load(Ordering::Acquire);
                        let seen = fold_all(log, fetch);
                        for round in known.saturating_sub(6).max(1)..=known {
                            let value = seen.get(&((round % 7) as u8)).copied();
                            assert!(value >= Some(round), "{value:?} {round}");
                        }
                    }
                });
            }
            scope.spawn(move || {
                while !is_done() {
                    log.attend(now(30_000)).expect("attended");
                    log.flush().expect("flushed");
                    log.close_files();
                }
            });
            scope.spawn(move || {
                let (mut checkpoint, mut done) = (None, 0);
                // Once more at the end: on a busy machine the writers may be done before this thread has begun.
                loop {
                    let is_last = is_done();
                    if let Some(compacted) = compact(log, checkpoint, 10_000) {
                        checkpoint = Some(compacted.end.0);
                        done += 1;
                    }
                    if is_last {
                        break;
                    }
                }
                assert!(done > 0, "something was compacted meanwhile");
            });
        });
        log.close_clean().expect("closed");
    }
}

#[derive(Clone, Debug)]
enum Act {
    Write { pairs: Vec<(u8, Option<u8>)>, codec: u8 },
    Idempotent { producer: u8, pairs: Vec<(u8, Option<u8>)> },
    InTransaction { producer: u8, pairs: Vec<(u8, Option<u8>)> },
    End { producer: u8, commits: bool },
    Compact { later_ms: i64, budget: u32, keys: u64 },
    Forget,
    Reopen { clean: bool },
}

fn pairs() -> impl Strategy<Value = Vec<(u8, Option<u8>)>> {
    prop::collection::vec((0u8..8, prop::option::weighted(0.8, any::<u8>())), 1..4)
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => (pairs(), 0u8..5).prop_map(|(pairs, codec)| Act::Write { pairs, codec }),
        2 => (0u8..2, pairs()).prop_map(|(producer, pairs)| Act::Idempotent { producer, pairs }),
        6 => (0u8..3, pairs()).prop_map(|(producer, pairs)| Act::InTransaction { producer, pairs }),
        4 => (0u8..3, any::<bool>()).prop_map(|(producer, commits)| Act::End { producer, commits }),
        3 => (0i64..1_500, 100u32..4_000, 3u64..60)
            .prop_map(|(later_ms, budget, keys)| Act::Compact { later_ms, budget, keys }),
        1 => Just(Act::Forget),
        1 => any::<bool>().prop_map(|clean| Act::Reopen { clean }),
    ]
}

/// What became of the transaction a record belongs to; its producer while it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Committed,
    Aborted,
    Open(u8),
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    /// Any history of keyed writes, transactions, tombstones and compactions: a reader from 0 to the end sees the
    /// last value of every key and nothing of an aborted transaction.
    #[test]
    fn a_reader_sees_the_last_value_of_every_key_and_nothing_aborted(
        acts in prop::collection::vec(act(), 1..120),
        fetch in 1u32..3_000,
    ) {
        let disk = MemoryDisk::new();
        let config = compacted_config(600);
        let mut log = create(&disk, &config);
        let mut history: Vec<(Seen, Fate)> = Vec::new();
        let mut sequences = BTreeMap::new();
        let (mut clock, mut checkpoint, mut life) = (10_000, None, 0);
        for act in acts {
            let mut add = |base: i64, pairs: &[(u8, Option<u8>)], fate| {
                for (offset, (key, value)) in (base..).zip(pairs) {
                    history.push(((offset, *key, value.map(|byte| vec![byte; 40])), fate));
                }
            };
            let valued = |pairs: &[(u8, Option<u8>)]| -> Vec<_> {
                pairs.iter().map(|(key, value)| (*key, value.map(|byte| vec![byte; 40]))).collect()
            };
            let codecs = [Codec::None, Codec::Gzip, Codec::Snappy, Codec::Lz4, Codec::Zstd];
            match act {
                Act::Write { pairs, codec } => {
                    let base = written(append(&log, keyed(codecs[usize::from(codec)], &valued(&pairs))));
                    add(base, &pairs, Fate::Committed);
                }
                Act::Idempotent { producer, pairs } => {
                    let id = life + 100 + i64::from(producer);
                    let sequence = sequences.entry(id).or_insert(0);
                    let bytes = of_producer(id, *sequence, false, Codec::None, &valued(&pairs));
                    add(written(append(&log, bytes)), &pairs, Fate::Committed);
                    *sequence += pairs.len() as i32;
                }
                Act::InTransaction { producer, pairs } => {
                    let id = life + i64::from(producer);
                    let sequence = sequences.entry(id).or_insert(0);
                    let bytes = of_producer(id, *sequence, true, Codec::Lz4, &valued(&pairs));
                    add(written(append_as(&log, bytes, verified(&log, id))), &pairs, Fate::Open(producer));
                    *sequence += pairs.len() as i32;
                }
                Act::End { producer, commits } => {
                    let kind = if commits { ControlType::Commit } else { ControlType::Abort };
                    written(append_as(&log, marker(life + i64::from(producer), 0, kind, 1), Origin::Coordinator));
                    for (_, fate) in history.iter_mut().filter(|(_, fate)| *fate == Fate::Open(producer)) {
                        *fate = if commits { Fate::Committed } else { Fate::Aborted };
                    }
                }
                Act::Compact { later_ms, budget, keys } => {
                    clock += later_ms;
                    let map = OffsetMap::new(24 * keys, (1, 2));
                    match try_compact(&log, checkpoint, clock, map, budget) {
                        Ok(Some(done)) => checkpoint = Some(done.end.0),
                        Ok(None) | Err(CompactionError::MapTooSmall { .. }) => {}
                        Err(error) => prop_assert!(false, "{error}"),
                    }
                }
                Act::Forget => {
                    // Without its producers' state the log is compacted further.
                    if !history.iter().any(|(_, fate)| matches!(fate, Fate::Open(_))) {
                        log.expire_producers(1 << 40, 1);
                        // A start that reads old batches again remembers again: these have new ids.
                        life += 1_000;
                    }
                }
                Act::Reopen { clean } => {
                    if clean {
                        log.close_clean().expect("closed");
                    } else {
                        log.flush().expect("flushed");
                    }
                    let point = log.recovery_point().0;
                    drop(log);
                    if !clean && !history.is_empty() {
                        disk.crash();
                    }
                    let (opened, report) = open(&disk, &config, clean, point);
                    prop_assert_eq!(report.truncated, None);
                    log = opened;
                }
            }
            commit_all(&log);
            let stable = log.ends().last_stable.0;
            let visible: Vec<Seen> = history
                .iter()
                .filter(|((offset, ..), fate)| *fate == Fate::Committed && *offset < stable)
                .map(|(seen, _)| seen.clone())
                .collect();
            let seen = consume(&log, 0, fetch);
            prop_assert_eq!(fold(&seen), fold(&visible));
            prop_assert!(seen.iter().all(|seen| visible.contains(seen)), "nothing moved, nothing aborted");
            // A reader that starts elsewhere sees the same from there on.
            let middle = stable / 2;
            let later: Vec<Seen> = seen.into_iter().filter(|(offset, ..)| *offset >= middle).collect();
            prop_assert_eq!(consume(&log, middle, fetch), later);
        }
    }
}

pub fn files(disk: &MemoryDisk, suffix: &str) -> Vec<String> {
    let mut names: Vec<String> =
        disk.list(&dir()).expect("listed").into_iter().map(|entry| entry.name).collect();
    names.retain(|name| name.ends_with(suffix));
    names.sort();
    names
}

pub fn all_files(disk: &MemoryDisk) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| {
        let bytes = disk.read(&dir().join(&name), 1 << 30).expect("read");
        (name, bytes)
    };
    files(disk, "").into_iter().map(read).collect()
}

pub fn write(file: &dyn File, bytes: &[u8], at: u64) {
    file.write_all_at(&mut [io::IoSlice::new(bytes)], at).expect("written");
}
